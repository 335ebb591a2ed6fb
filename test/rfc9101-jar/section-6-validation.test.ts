import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { REDIRECT_URI, type TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import {
  type KeyedApplication,
  objectClaims,
  push,
  pushed,
  requestObject,
  secondsFrom,
  withKey,
} from '../support/keyed-application.ts'
import {
  authorize,
  expectErrorPage,
  expectErrorRedirect,
  expectRefusal,
  issuingNothing,
  newPkce,
  open,
  redeem,
  writingNothing,
} from '../support/relying-party.ts'
import { sign } from '../support/signing-client.ts'

let app: TestApp
let application: KeyedApplication
let user: TestUser
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  application = await withKey(app, await app.fixtures.firstParty())
  user = await app.fixtures.user()
  signedIn = createBrowser(app.issuer)
  await authorize(app, await app.fixtures.firstParty(), user, {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

type Beside = Readonly<Record<string, string>>

/** RFC 9101 §5: by value, with the client beside it. */
const objectUrl = (object: string, beside: Beside = {}, clientId: string = application.clientId): string =>
  `${app.issuer}/oauth2/authorize?${new URLSearchParams({ client_id: clientId, request: object, ...beside })}`

describe('RFC 9101 §5: a request object by value', () => {
  test('RFC 9101 §5: is answered with a code, and everything in it counts', async () => {
    const { verifier, parameters } = newPkce()
    const object = await requestObject(app, application, {
      ...parameters,
      scope: 'openid email',
      nonce: 'n-1',
      max_age: 3600,
    })
    const { url } = await signedIn.get(objectUrl(object))
    expect(url.href.startsWith(`${REDIRECT_URI}?code=`)).toBe(true)
    expect(url.searchParams.get('state')).toBe('inside')
    const code = url.searchParams.get('code') ?? ''
    const tokens = await redeem(app, application, code, { code_verifier: verifier })
    expect(tokens.status).toBe(200)
    expect(tokens.body['scope']).toBe('openid email')
  })

  test('RFC 9101 §5: an anonymous one writes nothing, and what it says goes on through the pages', async () => {
    const browser = createBrowser(app.issuer)
    const page = await writingNothing(app, async () =>
      browser.get(objectUrl(await requestObject(app, application, { exp: secondsFrom(app, 60) }))),
    )
    // The object may expire while the user types: it was good when the request began.
    app.clock.advance(120)
    const { url } = await signIn(browser, page, user)
    expect(url.searchParams.get('state')).toBe('inside')
    expect(url.searchParams.has('code')).toBe(true)
  })

  test('RFC 9101 §6.3: parameters beside it are not looked at', async () => {
    const object = await requestObject(app, application)
    const beside = {
      state: 'outside',
      response_type: 'token',
      scope: 'openid nonsense',
      prompt: 'login',
      redirect_uri: 'https://evil.example/',
    }
    const { url } = await signedIn.get(objectUrl(object, beside))
    expect(url.href.startsWith(`${REDIRECT_URI}?code=`)).toBe(true)
    expect(url.searchParams.get('state')).toBe('inside')
  })

  test.each(['response_type', 'scope', 'state'])(
    'RFC 9101 §6.3: %s beside an object that has none is not taken from there',
    async (name) => {
      const object = await requestObject(app, application, { [name]: undefined })
      const beside = { response_type: 'code', scope: 'openid email', state: 'outside' }
      const { url } = await signedIn.get(objectUrl(object, beside))
      expect(url.searchParams.get('state')).toBe(name === 'state' ? null : 'inside')
      expect(url.searchParams.get('error')).toBe(name === 'response_type' ? 'invalid_request' : null)
    },
  )

  test('RFC 9101 §4: numbers, booleans, objects and lists are taken as what they are', async () => {
    app.clock.advance(100)
    const stale = await requestObject(app, application, { max_age: 60, prompt: 'none' })
    expect((await signedIn.get(objectUrl(stale))).url.searchParams.get('error')).toBe('login_required')
    const claims = { userinfo: { email: { essential: true } }, id_token: { auth_time: null } }
    const object = await requestObject(app, application, { claims, max_age: null })
    expect((await signedIn.get(objectUrl(object))).url.searchParams.has('code')).toBe(true)
    const wrong = await requestObject(app, application, { scope: ['openid'], max_age: true })
    expect((await signedIn.get(objectUrl(wrong))).url.searchParams.has('error')).toBe(true)
  })

  test('RFC 9101 §7: what is wrong in an object that its client signed goes where the object says', async () => {
    const object = await requestObject(app, application, { scope: 'openid nonsense' })
    expectErrorRedirect(await issuingNothing(app, () => open(objectUrl(object))), {
      to: REDIRECT_URI,
      error: 'invalid_scope',
      iss: app.issuer,
      state: 'inside',
    })
    const elsewhere = await requestObject(app, application, { redirect_uri: 'https://evil.example/' })
    expectErrorPage(await issuingNothing(app, () => open(objectUrl(elsewhere))))
  })

  test('RFC 9101 §6.2: with any algorithm of a key that is registered', async () => {
    for (const algorithm of ['RS256', 'PS256', 'ES384', 'EdDSA']) {
      const other = await withKey(app, await app.fixtures.firstParty(), {}, algorithm)
      const object = await requestObject(app, other)
      const { url } = await signedIn.get(objectUrl(object, {}, other.clientId))
      expect({ algorithm, answered: url.searchParams.has('code') }).toEqual({ algorithm, answered: true })
    }
  })
})

/** Refused alike at both doors: told to the client there, shown or redirected here. */
const expectRefused = async (object: string, code = 'invalid_request_object', by = application) => {
  expectErrorPage(await issuingNothing(app, () => open(objectUrl(object, {}, by.clientId))))
  const told = await issuingNothing(app, () =>
    open(objectUrl(object, { redirect_uri: REDIRECT_URI, state: 'outside' }, by.clientId)),
  )
  expectErrorRedirect(told, { to: REDIRECT_URI, error: code, iss: app.issuer, state: 'outside' })
  const evil = objectUrl(object, { redirect_uri: 'https://evil.example/' }, by.clientId)
  expectErrorPage(await issuingNothing(app, () => open(evil)))
  const answer = await issuingNothing(app, () => push(app, by, { request: object }))
  expectRefusal(answer, 400, 'invalid_request_object')
}

describe('RFC 9101 §6.2, §10: what is refused', () => {
  const unsigned = (claims: object) =>
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

  test('RFC 9101 §10.1: an object that nobody signed', async () => {
    await expectRefused(unsigned(objectClaims(app, application)), 'request_not_supported')
  })

  test('RFC 9101 §10.1: one whose signature was cut off, changed, or is of another key', async () => {
    const object = await requestObject(app, application)
    const [header = '', payload = '', signature = ''] = object.split('.')
    const changed = Buffer.from(JSON.stringify(objectClaims(app, application, { scope: 'openid email' })))
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT({ ...objectClaims(app, application) })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey)
    for (const each of [
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${changed.toString('base64url')}.${signature}`,
      forged,
      'nonsense',
      `${object}.x`,
      // A JWE.
      `${object}.x.y`,
    ]) {
      await expectRefused(each)
    }
  })

  test('RFC 8725 §3.1: one signed with the client secret, or with a public key as a secret', async () => {
    const secrets = [application.clientSecret, JSON.stringify(application.key.publicJwk)]
    for (const secret of secrets) {
      const object = await new SignJWT({ ...objectClaims(app, application) })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret))
      await expectRefused(object)
    }
  })

  test('OIDC Registration §2: another algorithm than request_object_signing_alg', async () => {
    const bound = await withKey(app, await app.fixtures.firstParty(), { request_object_signing_alg: 'PS256' })
    await expectRefused(await requestObject(app, bound), 'invalid_request_object', bound)
  })

  test('RFC 9101 §6.2: one of a client without keys', async () => {
    const keyless = await app.fixtures.firstParty()
    const object = await requestObject(app, { ...application, ...keyless })
    await expectRefused(object, 'invalid_request_object', { ...application, ...keyless })
  })

  test.each(['client-authentication+jwt', 'dpop+jwt', 'at+jwt', 'logout+jwt', 'oauth-authz-req', ''])(
    'RFC 9101 §10.8: one that is typed as %j',
    async (typ) => {
      await expectRefused(await requestObject(app, application, {}, { typ }))
    },
  )

  test.each(['JWT', 'jwt', 'oauth-authz-req+jwt', 'application/oauth-authz-req+jwt'])(
    'RFC 9101 §10.8: %s is a type for one',
    async (typ) => {
      const object = await requestObject(app, application, {}, { typ })
      expect((await signedIn.get(objectUrl(object))).url.searchParams.has('code')).toBe(true)
    },
  )

  test('RFC 9101 §10.8: a client assertion, or what would pass for one', async () => {
    const assertion = {
      iss: application.clientId,
      sub: application.clientId,
      aud: app.issuer,
      jti: 'j',
      exp: secondsFrom(app, 60),
    }
    await expectRefused(await sign(application.key, assertion))
    await expectRefused(await requestObject(app, application, { sub: application.clientId }))
  })

  test.each<[string, () => Readonly<Record<string, unknown>>]>([
    ['the client_id of another', () => ({ client_id: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV' })],
    ['no client_id', () => ({ client_id: undefined })],
    ['another issuer', () => ({ iss: 'https://evil.example' })],
    ['another audience', () => ({ aud: 'https://other.example' })],
    ['audiences without this one', () => ({ aud: ['https://other.example', `${app.issuer}/`] })],
    ['the token endpoint for an audience', () => ({ aud: `${app.issuer}/oauth2/token` })],
    ['an exp that has passed', () => ({ exp: secondsFrom(app) })],
    ['an nbf to come', () => ({ nbf: secondsFrom(app, 61), exp: secondsFrom(app, 300) })],
    ['an iat to come', () => ({ iat: secondsFrom(app, 61) })],
    ['an exp that is text', () => ({ exp: 'tomorrow' })],
    ['an exp beyond all time', () => ({ exp: 1e300 })],
    ['a request inside', () => ({ request: 'a.b.c' })],
    ['a request_uri inside', () => ({ request_uri: 'urn:ietf:params:oauth:request_uri:x' })],
  ])('RFC 9101 §4, §6.3: one with %s', async (_what, changes) => {
    await expectRefused(await requestObject(app, application, changes()))
  })

  test('RFC 9101 §4: iss, aud and exp may be left out, and aud be a list', async () => {
    const none = { iss: undefined, aud: undefined, exp: undefined, nbf: undefined }
    for (const changes of [
      none,
      { aud: ['https://other.example', app.issuer] },
      { nbf: secondsFrom(app, 10) },
    ]) {
      const object = await requestObject(app, application, changes)
      expect((await signedIn.get(objectUrl(object))).url.searchParams.has('code')).toBe(true)
    }
  })

  test('RFC 9101 §6.3: one nested beyond all sense', async () => {
    const claims = JSON.parse(`${'{"a":'.repeat(1500)}1${'}'.repeat(1500)}`) as object
    await expectRefused(await requestObject(app, application, { claims }))
  })

  test('RFC 6749 §3.1: characters that are none are told to the client, or ignored in a name', async () => {
    for (const changes of [{ state: 'a\ud800' }, { nonce: 'a\0b' }, { resource: [{}] }]) {
      const object = await requestObject(app, application, changes)
      const answer = await issuingNothing(app, () => push(app, application, { request: object }))
      expectRefusal(answer, 400, 'invalid_request')
      expectErrorPage(await issuingNothing(app, () => open(objectUrl(object))))
    }
    const named = await requestObject(app, application, { 'a\0b': 'x', 'a\ud800': 'x', __proto__x: 'y' })
    expect((await push(app, application, { request: named })).status).toBe(201)
    expect((await push(app, application, { 'a\0b': 'x' })).status).toBe(201)
  })

  test('RFC 6749 §3.1: sent twice it is shown', async () => {
    const object = await requestObject(app, application)
    expectErrorPage(await open(`${objectUrl(object)}&request=${object}`))
  })
})

describe('RFC 9126 §3: a request object that is pushed', () => {
  test('RFC 9126 §3: is answered with a code, and nothing beside it counts', async () => {
    const object = await requestObject(app, application)
    const url = await pushed(app, application, { request: object, state: 'outside', scope: 'nonsense' })
    const visited = await signedIn.get(url)
    expect(visited.url.searchParams.get('state')).toBe('inside')
    expect(visited.url.searchParams.has('code')).toBe(true)
  })

  test('RFC 9126 §3: one of another client than the one that pushes is refused', async () => {
    const other = await withKey(app, await app.fixtures.firstParty())
    const object = await requestObject(app, other)
    const answer = await issuingNothing(app, () => push(app, application, { request: object }))
    expectRefusal(answer, 400, 'invalid_request_object')
  })

  test('RFC 9101 §10.5: who has to sign is answered when it does, by either door', async () => {
    const signing = await withKey(app, await app.fixtures.firstParty(), {
      require_signed_request_object: true,
    })
    const object = await requestObject(app, signing)
    const url = await pushed(app, signing, { request: object })
    expect((await signedIn.get(url)).url.searchParams.has('code')).toBe(true)
    const direct = await signedIn.get(objectUrl(object, {}, signing.clientId))
    expect(direct.url.searchParams.has('code')).toBe(true)
    const unsignedUrl = `${app.issuer}/oauth2/authorize?${new URLSearchParams({
      client_id: signing.clientId,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid',
    })}`
    expectErrorRedirect(await issuingNothing(app, () => open(unsignedUrl)), {
      to: REDIRECT_URI,
      error: 'invalid_request',
      iss: app.issuer,
    })
  })
})

test('RFC 9101 §10.5: a public client, which has no keys, is not held to sign', async () => {
  const native = await app.fixtures.firstParty({ isPublic: true })
  const path = `/latchkey/v1/applications/${native.id}/client_metadata`
  const management = await app.management()
  expect((await management.put(path, { require_signed_request_object: true })).status).toBe(422)
  expect((await management.put(path, { require_signed_request_object: false })).status).toBe(200)
})
