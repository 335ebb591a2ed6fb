import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createReferencedObjects } from '../../src/authorization/referenced-object.ts'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { createOutboundFetch, OutboundFailure } from '../../src/system/outbound-fetch.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { REDIRECT_URI } from '../support/fixtures.ts'
import {
  type KeyedApplication,
  objectClaims,
  push,
  pushed,
  requestObject,
  secondsFrom,
  withKey,
} from '../support/keyed-application.ts'
import { answerWith, type Documents, documents } from '../support/metadata-documents.ts'
import {
  expectNotRegistered,
  METADATA,
  register,
  registeredApplication,
  SETTINGS,
  switchOn,
} from '../support/registration.ts'
import {
  authorize,
  expectErrorPage,
  expectErrorRedirect,
  expectRefusal,
  issuingNothing,
  newPkce,
  open,
  redeem,
} from '../support/relying-party.ts'
import { newTestKey } from '../support/signing-client.ts'

const AT = 'https://app.example.com/request.jwt'

let app: TestApp
let published: Documents
let application: KeyedApplication
let signedIn: TestBrowser
beforeAll(async () => {
  published = documents()
  app = await startTestApp({ overrides: { outboundFetch: (request) => published.outboundFetch(request) } })
  application = await keyed({ request_uris: [AT, `${AT}?other#hash`] })
  signedIn = createBrowser(app.issuer)
  await authorize(app, await app.fixtures.firstParty(), await app.fixtures.user(), {}, signedIn)
  await switchReferences(true)
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => {
  published = documents()
  // What was refused is known for half a minute.
  app.clock.advance(60)
})

const keyed = async (metadata: ClientMetadata): Promise<KeyedApplication> =>
  withKey(app, await app.fixtures.firstParty(), metadata)

const switchReferences = async (isOn: boolean | null): Promise<void> => {
  const { status } = await (await app.management()).patch(SETTINGS, { request_objects_by_reference: isOn })
  expect(status).toBe(200)
}

/** As a client publishes it. */
const objectAnswer = (object: string, headers: Readonly<Record<string, string>> = {}) =>
  answerWith(object, { 'content-type': 'application/oauth-authz-req+jwt', ...headers })

const publish = async (changes: Readonly<Record<string, unknown>> = {}, at = AT): Promise<void> =>
  published.put(at, objectAnswer(await requestObject(app, application, changes)))

const urlFor = (uri: string, beside: Readonly<Record<string, string>> = {}, by = application): string =>
  `${app.issuer}/oauth2/authorize?${new URLSearchParams({ client_id: by.clientId, request_uri: uri, ...beside })}`

const stateAfter = async (uri: string): Promise<string | null> =>
  (await signedIn.get(urlFor(uri))).url.searchParams.get('state')

/** Shown, or told to the client where it is clear where that is. */
const expectRefused = async (
  uri: string,
  { error = 'invalid_request_uri', by = application }: { error?: string; by?: KeyedApplication } = {},
): Promise<void> => {
  expectErrorPage(await issuingNothing(app, () => open(urlFor(uri, {}, by))))
  const told = await issuingNothing(app, () => open(urlFor(uri, { redirect_uri: REDIRECT_URI }, by)))
  expectErrorRedirect(told, { to: REDIRECT_URI, error, iss: app.issuer })
}

const metadataOf = async () => {
  const answer = await fetch(`${app.issuer}/.well-known/openid-configuration`)
  return (await answer.json()) as Readonly<Record<string, unknown>>
}

describe('RFC 9101 §5.2: a request object by reference', () => {
  test('RFC 9101 §5.2.3: is fetched, and everything in it counts', async () => {
    const { verifier, parameters } = newPkce()
    await publish({ ...parameters, scope: 'openid email' })
    const { url } = await signedIn.get(urlFor(AT, { state: 'outside', scope: 'openid nonsense' }))
    expect(url.href.startsWith(`${REDIRECT_URI}?code=`)).toBe(true)
    expect(url.searchParams.get('state')).toBe('inside')
    const code = url.searchParams.get('code') ?? ''
    const tokens = await redeem(app, application, code, { code_verifier: verifier })
    expect([tokens.status, tokens.body['scope']]).toEqual([200, 'openid email'])
    expect(published.asked).toEqual([AT])
  })

  test.each(['application/jwt', 'application/oauth-authz-req+jwt; charset=utf-8'])(
    'RFC 9101 §9.4.1: may come as %s',
    async (type) => {
      published.put(AT, answerWith(await requestObject(app, application), { 'content-type': type }))
      expect(await stateAfter(AT)).toBe('inside')
    },
  )

  test('RFC 9101 §6.1, §10.4: no address is asked that its client has not registered', async () => {
    const elsewhere = 'https://app.example.com/other.jwt'
    const other = await keyed({ request_uris: [elsewhere] })
    published.put(elsewhere, objectAnswer(await requestObject(app, other)))
    await publish({}, 'http://app.example.com/request.jwt')
    await publish()
    await expectRefused(elsewhere)
    await expectRefused('http://app.example.com/request.jwt')
    await expectRefused(`${AT}?x`)
    await expectRefused('https://app.example.com')
    await expectRefused('urn:example:x')
    await expectRefused(AT, { by: other })
    expect(published.asked).toEqual([])
  })

  test('OIDC Registration §2: a fragment is compared where one was registered, and never sent', async () => {
    await publish()
    await publish({}, `${AT}?other`)
    expect(await stateAfter(`${AT}#anything`)).toBe('inside')
    expect(await stateAfter(`${AT}?other#hash`)).toBe('inside')
    await expectRefused(`${AT}?other#another`)
    await expectRefused(`${AT}?other`)
    expect(published.asked).toEqual([AT, `${AT}?other`])
  })

  test('RFC 9101 §6: it is verified as one by value is', async () => {
    const other = await keyed({ request_uris: [AT] })
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
      JSON.stringify(objectClaims(app, application)),
    ).toString('base64url')}.`
    for (const object of [
      'nonsense',
      '<html>',
      '',
      unsigned,
      // Of another client, which has registered the same address.
      await requestObject(app, other),
      await requestObject(app, application, { client_id: other.clientId }),
      await requestObject(app, application, { exp: secondsFrom(app, 30), nbf: undefined }),
      await requestObject(app, application, { request_uri: AT }),
      await requestObject(app, application, {}, { typ: 'dpop+jwt' }),
    ]) {
      app.clock.advance(31)
      published.put(AT, objectAnswer(object))
      await expectRefused(AT)
    }
  })

  test('RFC 9101 §7: what is wrong in an object that its client signed goes where the object says', async () => {
    await publish({ scope: 'openid nonsense' })
    expectErrorRedirect(await issuingNothing(app, () => open(urlFor(AT))), {
      to: REDIRECT_URI,
      error: 'invalid_scope',
      iss: app.issuer,
      state: 'inside',
    })
  })

  test('RFC 9101 §7: what cannot be had, or is of another type, is invalid_request_uri', async () => {
    const object = await requestObject(app, application, { exp: undefined, nbf: undefined })
    for (const answer of [
      undefined,
      { ...objectAnswer(object), status: 500 },
      { ...objectAnswer(object, { location: `${AT}?other` }), status: 302 },
      answerWith(object),
      answerWith(object, { 'content-type': 'text/html' }),
      answerWith(object, { 'content-type': '' }),
      new OutboundFailure('forbidden_address'),
      new OutboundFailure('timed_out'),
      new OutboundFailure('too_large'),
    ]) {
      app.clock.advance(31)
      published = documents()
      if (answer) published.put(AT, answer)
      await expectRefused(AT)
      expect(published.asked.length).toBe(1)
    }
  })

  test('RFC 9101 §10.4.1: what became of the request is for the log alone', async () => {
    published.put(AT, new OutboundFailure('connection_failed'))
    const { location, body } = await open(urlFor(AT, { redirect_uri: REDIRECT_URI }))
    expect(`${location} ${body}`).not.toContain('connection_failed')
    expect(app.logLines.some((line) => line.includes('connection_failed'))).toBe(true)
  })

  test('RFC 9101 §5: together with a request, or sent twice, it is refused and not fetched', async () => {
    await publish()
    const object = await requestObject(app, application)
    expectErrorPage(await issuingNothing(app, () => open(urlFor(AT, { request: object }))))
    expectErrorPage(await issuingNothing(app, () => open(`${urlFor(AT)}&request_uri=x`)))
    expect(published.asked).toEqual([])
  })

  test('RFC 9126 §2.1: it cannot be pushed; pushed requests go on as they are', async () => {
    await publish()
    expectRefusal(
      await issuingNothing(app, () => push(app, application, { request_uri: AT })),
      400,
      'invalid_request',
    )
    expect((await signedIn.get(await pushed(app, application))).url.searchParams.has('code')).toBe(true)
    expect(published.asked).toEqual([])
  })

  test('FAPI 2.0 Security Profile §5.3.2.2: none for a client that has to push', async () => {
    const bank = await keyed({ profile: 'fapi2', request_uris: [AT] })
    await expectRefused(AT, { error: 'request_uri_not_supported', by: bank })
    const pushing = await keyed({ require_pushed_authorization_requests: true, request_uris: [AT] })
    published.put(AT, objectAnswer(await requestObject(app, pushing)))
    const told = await issuingNothing(app, () => open(urlFor(AT, {}, pushing)))
    expectErrorRedirect(told, {
      to: REDIRECT_URI,
      error: 'invalid_request',
      iss: app.issuer,
      state: 'inside',
    })
  })
})

describe('OIDC Discovery §3: whether there are any', () => {
  test('is a setting, off by default, that metadata tells', async () => {
    await publish()
    expect(await metadataOf()).toMatchObject({
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
    })
    await switchReferences(null)
    expect(await metadataOf()).toMatchObject({
      request_uri_parameter_supported: false,
      require_request_uri_registration: false,
    })
    await expectRefused(AT, { error: 'request_uri_not_supported' })
    expect(published.asked).toEqual([])
    await switchReferences(true)
  })
})

describe('OIDC Core §6.2: how often we ask', () => {
  const client = { metadata: { request_uris: [AT] } }
  const asking = (limits = { aMinute: 5, ofOneHost: 3 }) =>
    createReferencedObjects({ outboundFetch: published.outboundFetch, clock: app.clock, limits })

  test('those who come at once wait for one answer', async () => {
    published.put(AT, objectAnswer('a.b.c'))
    const objects = asking()
    const found = await Promise.all(Array.from({ length: 20 }, () => objects.find(client, AT)))
    expect(new Set(found)).toEqual(new Set(['a.b.c']))
    expect(published.asked).toEqual([AT])
  })

  test.each([
    ['no fragment and nothing said of its age', AT, {}, 0],
    ['no fragment and max-age=60', AT, { 'cache-control': 'max-age=60' }, 60],
    ['no fragment and no-store', AT, { 'cache-control': 'no-store' }, 0],
    ['a fragment', `${AT}#a`, {}, 300],
    ['a fragment and no-store', `${AT}#a`, { 'cache-control': 'no-store' }, 0],
    ['a fragment and max-age=999999', `${AT}#a`, { 'cache-control': 'max-age=999999' }, 3600],
  ])('OIDC Core §6.2.2: with %s it is kept no longer than that', async (_what, uri, headers, seconds) => {
    published.put(AT, objectAnswer('a.b.c', headers))
    const objects = asking()
    await objects.find(client, uri)
    if (seconds > 0) {
      app.clock.advance(seconds / 2)
      await objects.find(client, uri)
      expect(published.asked.length).toBe(1)
      app.clock.advance(seconds / 2)
    }
    await objects.find(client, uri)
    expect(published.asked.length).toBe(2)
  })

  test('OIDC Core §6.2: another fragment is another content', async () => {
    published.put(AT, objectAnswer('old'))
    const objects = asking()
    expect(await objects.find(client, `${AT}#old`)).toBe('old')
    published.put(AT, objectAnswer('new'))
    expect(await objects.find(client, `${AT}#new`)).toBe('new')
    expect(await objects.find(client, `${AT}#old`)).toBe('old')
  })

  test('RFC 9101 §10.4: that there is none is known for half a minute', async () => {
    const objects = asking()
    await expect(objects.find(client, AT)).rejects.toMatchObject({ code: 'invalid_request_uri' })
    await expect(objects.find(client, AT)).rejects.toMatchObject({ code: 'invalid_request_uri' })
    expect(published.asked.length).toBe(1)
    published.put(AT, objectAnswer('a.b.c'))
    app.clock.advance(30)
    expect(await objects.find(client, AT)).toBe('a.b.c')
  })

  test('RFC 9101 §10.4: one host is asked so often in a minute, and all together not much more often', async () => {
    const objects = asking()
    const many = Array.from(
      { length: 9 },
      (_, place) => `https://host${Math.floor(place / 4)}.example/${place}`,
    )
    for (const uri of many) published.put(uri, objectAnswer('a.b.c'))
    const find = (uri: string) => objects.find({ metadata: { request_uris: many } }, uri)
    const answers = await Promise.allSettled(many.map(find))
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([
      ...[true, true, true, false],
      ...[true, true, false, false],
      false,
    ])
    await expect(find(many[8] ?? '')).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    app.clock.advance(60)
    expect(await find(many[8] ?? '')).toBe('a.b.c')
  })

  test.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'])(
    'RFC 9101 §10.4.1: never at %s, whatever the name says',
    async (address) => {
      const family = address.includes(':') ? 6 : 4
      const resolve = async () => [{ address, family }]
      const outboundFetch = createOutboundFetch({ allowedHosts: [], resolve })
      const objects = createReferencedObjects({ outboundFetch, clock: app.clock })
      await expect(objects.find(client, AT)).rejects.toMatchObject({
        code: 'invalid_request_uri',
        reason: expect.stringContaining('forbidden_address'),
      })
    },
  )

  test('RFC 9101 §10.4.2: 16 kilobytes and 5 seconds at most', async () => {
    let asked: unknown
    const objects = createReferencedObjects({
      clock: app.clock,
      outboundFetch: async (request) => {
        asked = request
        throw new OutboundFailure('too_large')
      },
    })
    await expect(objects.find(client, AT)).rejects.toMatchObject({ code: 'invalid_request_uri' })
    expect(asked).toMatchObject({ method: 'GET', url: AT, maximumBytes: 16_384, timeoutMilliseconds: 5000 })
  })
})

describe('OIDC Registration §2: request_uris', () => {
  const described = async (members: Readonly<Record<string, unknown>>) => {
    const key = await newTestKey()
    const jwks = { keys: [{ ...key.publicJwk, kid: 'k', alg: 'ES256' }] }
    return { key, metadata: { ...METADATA, token_endpoint_auth_method: 'private_key_jwt', jwks, ...members } }
  }

  test('are registered by a client itself, which then refers to them', async () => {
    await switchOn(app)
    const at = 'https://notes.example/request.jwt#7MxnUdmRwlpnM'
    const { key, metadata } = await described({ request_uris: [at] })
    const answer = await register(app, metadata)
    expect(answer.body['request_uris']).toEqual([at])
    const notes = { ...(await registeredApplication(app, answer)), key }
    published.put('https://notes.example/request.jwt', objectAnswer(await requestObject(app, notes)))
    const page = await open(urlFor(at, {}, notes))
    expect(page.status).toBe(302)
    expect(page.location).toMatch(/\/sign-in\?/)
    expect(published.asked).toEqual(['https://notes.example/request.jwt'])
  })

  test.each([
    'http://notes.example/request.jwt',
    'http://127.0.0.1/request.jwt',
    'https://user@notes.example/request.jwt',
    'https://notes.example/request.jwt#a#b',
    'https://notes.example/request.jwt#a\nb',
    'urn:ietf:params:oauth:request_uri:x',
    'request.jwt',
    `https://notes.example/${'x'.repeat(500)}`,
  ])('RFC 9101 §5.2: %s is refused', async (uri) => {
    await switchOn(app)
    const { metadata } = await described({ request_uris: [uri] })
    await expectNotRegistered(app, metadata, 'invalid_client_metadata')
  })

  test('are nothing for a public client, whose objects nobody could verify', async () => {
    await switchOn(app)
    const members = { ...METADATA, token_endpoint_auth_method: 'none', request_uris: [AT] }
    await expectNotRegistered(app, members, 'invalid_client_metadata')
    const management = await app.management()
    const put = await management.put(`/latchkey/v1/applications/${application.id}/client_metadata`, {
      request_uris: ['http://app.example.com/'],
    })
    expect(put.status).toBe(422)
  })
})
