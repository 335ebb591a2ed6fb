import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { referencedObjectLimits } from '../../src/authorization/referenced-object.ts'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { OutboundFailure } from '../../src/system/outbound-fetch.ts'
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
  bearer,
  expectNotRegistered,
  METADATA,
  register,
  registeredApplication,
  SETTINGS,
  send,
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
  {
    error = 'invalid_request_uri',
    by = application,
    status = 400,
  }: { error?: string; by?: KeyedApplication; status?: number } = {},
): Promise<void> => {
  expectErrorPage(await issuingNothing(app, () => open(urlFor(uri, {}, by))), status)
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

  test('RFC 9101 §7: what cannot be had, or is of another type, is invalid_request_uri, and may be there later', async () => {
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
      await expectRefused(AT, { status: 503 })
      expect(published.asked.length).toBe(1)
    }
  })

  test('RFC 9101 §10.4.2: what could not be carried through the pages is invalid_request_uri, page or no page', async () => {
    await publish({ state: 'x'.repeat(7000) })
    expect((await open(urlFor(AT))).location).toMatch(/^\/sign-in\?/)
    app.clock.advance(31)
    await publish({ state: 'x'.repeat(8000) })
    await expectRefused(AT)
    const shown = await issuingNothing(app, () => signedIn.get(urlFor(AT)))
    expect({ status: shown.status, left: shown.left }).toEqual({ status: 400, left: false })
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

  const stranger = async (at: string): Promise<KeyedApplication> => {
    await switchOn(app)
    const { key, metadata } = await described({ client_name: `At ${at}`, request_uris: [at] })
    return { ...(await registeredApplication(app, await register(app, metadata))), key }
  }

  test('RFC 9700 §4.11.2: nor is what cannot be had a fault of the application, on the page before its address', async () => {
    const at = 'https://gone.example/request.jwt'
    const gone = await stranger(at)
    const page = await issuingNothing(app, () => open(urlFor(at, { redirect_uri: gone.redirectUri }, gone)))
    expectErrorPage(page, 503)
    expect(page.body).toContain('<code>invalid_request_uri</code>')
  })

  test('RFC 6749 §4.1.2.1: with too many asked for the server is busy, and nothing is wrong with the link', async () => {
    const at = 'https://busy.example/request.jwt'
    const busy = await stranger(at)
    published.put(at, objectAnswer('nonsense'))
    const { ofOneClient } = referencedObjectLimits
    for (let asked = 0; asked < ofOneClient; asked++) await open(urlFor(`${at}#${asked}`, {}, busy))
    expect(published.asked.length).toBe(ofOneClient)
    expectErrorPage(await issuingNothing(app, () => open(urlFor(at, {}, busy))), 503)
    // RFC 9700 §4.11.2: nobody has checked where it leads.
    const page = await issuingNothing(app, () => open(urlFor(at, { redirect_uri: busy.redirectUri }, busy)))
    expectErrorPage(page, 503)
    expect(page.body).toContain('<code>temporarily_unavailable</code>')
    expect(published.asked.length).toBe(ofOneClient)
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
    const spa = await app.fixtures.firstParty({ isPublic: true })
    expect(await put(spa, [AT])).toMatchObject({ status: 422, body: { errors: [{ code: 'public_client' }] } })
  })

  test('RFC 9101 §10.4: are nothing for a client without keys, at any door; an address of keys is as good', async () => {
    await switchOn(app)
    const keyless = { ...METADATA, token_endpoint_auth_method: 'client_secret_basic' }
    const keyed = { ...keyless, request_uris: [AT], jwks_uri: 'https://notes.example/jwks' }
    await expectNotRegistered(app, { ...keyless, request_uris: [AT] }, 'invalid_client_metadata')
    await expectNotRegistered(
      app,
      { ...keyless, request_uris: [AT], jwks: { keys: [] } },
      'invalid_client_metadata',
    )
    const { body } = await register(app, keyless)
    const change = (metadata: Readonly<Record<string, unknown>>) =>
      send(
        String(body['registration_client_uri']),
        { ...metadata, client_id: body['client_id'] },
        { method: 'PUT', ...bearer(String(body['registration_access_token'])) },
      )
    expectRefusal(await change({ ...keyless, request_uris: [AT] }), 400, 'invalid_client_metadata')
    expect(await change(keyed)).toMatchObject({ status: 200, body: { request_uris: [AT] } })
    expectRefusal(await change({ ...keyed, jwks_uri: null }), 400, 'invalid_client_metadata')
    const operators = await app.fixtures.firstParty()
    expect(await put(operators, [AT])).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'keys_required' }] },
    })
  })

  test('RFC 9101 §5.2: are https when the operator registers them, too', async () => {
    const confidential = await keyed({})
    expect(await put(confidential, ['http://app.example.com/'])).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'uri_invalid' }] },
    })
    expect(await put(confidential, [AT])).toMatchObject({ status: 200, body: { request_uris: [AT] } })
  })

  const put = async ({ id }: { id: string }, uris: readonly string[]) =>
    (await app.management()).put(`/latchkey/v1/applications/${id}/client_metadata`, { request_uris: uris })
})
