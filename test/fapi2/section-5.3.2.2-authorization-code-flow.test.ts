import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lifetimes } from '../../src/config/lifetimes.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { REDIRECT_URI } from '../support/fixtures.ts'
import {
  type KeyedApplication,
  push,
  pushedUrl,
  requestObject,
  secondsFrom,
  withKey,
} from '../support/keyed-application.ts'
import {
  type Answer,
  authorizationUrl,
  authorize,
  expectErrorRedirect,
  expectRefusal,
  newPkce,
  open,
  textOf,
  writingNothing,
} from '../support/relying-party.ts'
import { assertion } from '../support/signing-client.ts'

let app: TestApp
let application: KeyedApplication
let signing: KeyedApplication
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  application = await withKey(app, await app.fixtures.firstParty(), { profile: 'fapi2' })
  signing = await withKey(app, await app.fixtures.firstParty(), {
    profile: 'fapi2',
    require_signed_request_object: true,
    authorization_signed_response_alg: 'PS256',
  })
  signedIn = createBrowser(app.issuer)
  await authorize(app, await app.fixtures.firstParty(), await app.fixtures.user(), {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

type Changes = Readonly<Record<string, string | undefined>>

/** Everything the profile asks for; undefined leaves a parameter out. */
const pushRight = async (changes: Changes = {}, by = application): Promise<Answer> =>
  push(app, by, {
    client_secret: undefined,
    ...newPkce().parameters,
    ...(await assertion(app, by, by.key)),
    ...changes,
  })

describe('FAPI 2.0 Security Profile §5.3.2.2: the authorization request', () => {
  test('FAPI 2.0 Security Profile §5.3.2.2: pushed with an assertion and S256, it is answered with a code and iss', async () => {
    const answer = await pushRight({ state: 's', nonce: 'n'.repeat(64) })
    expect(answer.status).toBe(201)
    // (16): less than 600 seconds.
    expect(answer.body['expires_in']).toBeLessThan(600)
    const { url } = await signedIn.get(pushedUrl(app, application, textOf(answer, 'request_uri')))
    expect([...url.searchParams.keys()]).toEqual(['code', 'state', 'iss'])
    expect(url.searchParams.get('iss')).toBe(app.issuer)
  })

  test('FAPI 2.0 Security Profile §5.3.2.2: without PAR it is refused', async () => {
    const parameters = { ...newPkce().parameters, state: 's' }
    const opened = await writingNothing(app, () => open(authorizationUrl(app, application, parameters)))
    expectErrorRedirect(opened, { to: REDIRECT_URI, error: 'invalid_request', iss: app.issuer, state: 's' })
  })

  test('FAPI 2.0 Security Profile §5.3.2.2: so is a signed one that was not pushed', async () => {
    const object = await requestObject(app, application, newPkce().parameters)
    const query = new URLSearchParams({ client_id: application.clientId, request: object })
    const opened = await writingNothing(app, () => open(`${app.issuer}/oauth2/authorize?${query}`))
    expectErrorRedirect(opened, {
      to: REDIRECT_URI,
      error: 'invalid_request',
      iss: app.issuer,
      state: 'inside',
    })
  })

  test('FAPI 2.0 Security Profile §5.3.2.1: PAR with a secret, or without authentication, is invalid_client', async () => {
    const secret = { client_assertion: undefined, client_assertion_type: undefined }
    for (const client_secret of [application.clientSecret, undefined]) {
      const answer = await pushRight({ ...secret, client_secret })
      expectRefusal(answer, 401, 'invalid_client')
    }
  })

  test.each<[string, string, Changes]>([
    ['no PKCE', 'invalid_request', { code_challenge: undefined, code_challenge_method: undefined }],
    ['the PKCE method plain', 'invalid_request', { code_challenge_method: 'plain' }],
    ['no redirect_uri, though there is but one', 'invalid_request', { redirect_uri: undefined, scope: '' }],
    ['a redirect_uri that is not registered', 'invalid_request', { redirect_uri: `${REDIRECT_URI}/x` }],
    ['another response type', 'unsupported_response_type', { response_type: 'code id_token' }],
  ])('FAPI 2.0 Security Profile §5.3.2.2: %s is %s', async (_what, error, changes) => {
    expectRefusal(await pushRight(changes), 400, error)
  })

  test('FAPI 2.0 Security Profile §5.3.2.2: a code is good for a minute at most', () => {
    expect(lifetimes.authorizationCodeSeconds).toBeLessThanOrEqual(60)
  })

  test('FAPI 2.0 Security Profile §5.4.1: RS256 is not taken from it, for an assertion or an object', async () => {
    const weak = await withKey(app, await app.fixtures.firstParty(), { profile: 'fapi2' }, 'RS256')
    expectRefusal(await pushRight({}, weak), 401, 'invalid_client')
  })
})

describe('FAPI 2.0 Message Signing §5.3.1: signed authorization requests', () => {
  const pushObject = async (changes: Readonly<Record<string, unknown>> = {}): Promise<Answer> =>
    pushRight(
      {
        request: await requestObject(app, signing, {
          ...newPkce().parameters,
          response_mode: 'jwt',
          ...changes,
        }),
      },
      signing,
    )

  test('FAPI 2.0 Message Signing §5.3.1: signed and pushed, it is answered', async () => {
    expect((await pushObject()).status).toBe(201)
    expect((await pushObject({ aud: ['https://other.example', app.issuer] })).status).toBe(201)
  })

  test('FAPI 2.0 Message Signing §5.3.1: unsigned it is refused', async () => {
    expectRefusal(await pushRight({ response_mode: 'jwt' }, signing), 400, 'invalid_request')
  })

  test.each<[string, () => Readonly<Record<string, unknown>>]>([
    ['without nbf', () => ({ nbf: undefined })],
    ['without exp', () => ({ exp: undefined })],
    ['without aud', () => ({ aud: undefined })],
    ['without iss', () => ({ iss: undefined })],
    ['with an nbf of more than an hour ago', () => ({ nbf: secondsFrom(app, -3601) })],
    ['with an exp more than an hour after nbf', () => ({ exp: secondsFrom(app, 3601) })],
    ['with another audience', () => ({ aud: 'https://other.example' })],
  ])('FAPI 2.0 Message Signing §5.3.1: %s it is invalid_request_object', async (_what, changes) => {
    expectRefusal(await pushObject(changes()), 400, 'invalid_request_object')
  })

  test('FAPI 2.0 Message Signing §5.3.1: up to an hour is borne', async () => {
    const changes = { nbf: secondsFrom(app, -3590), exp: secondsFrom(app, 10) }
    expect((await pushObject(changes)).status).toBe(201)
  })

  test('FAPI 2.0 Message Signing §5.4.1: who registered signed responses has to ask for them', async () => {
    for (const response_mode of [undefined, 'query', 'form_post']) {
      expectRefusal(await pushObject({ response_mode }), 400, 'invalid_request')
    }
  })
})

describe('FAPI 2.0 Security Profile §5.4.1: what an application may register', () => {
  const change = async (metadata: object) =>
    (await app.management()).put(`/latchkey/v1/applications/${application.id}/client_metadata`, metadata)

  test.each([
    'id_token_signed_response_alg',
    'authorization_signed_response_alg',
    'request_object_signing_alg',
    'token_endpoint_auth_signing_alg',
  ])('FAPI 2.0 Security Profile §5.4.1: %s is PS256, ES256 or EdDSA', async (field) => {
    const { status, body } = await change({ profile: 'fapi2', [field]: 'RS256' })
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain('algorithm_not_allowed')
    expect((await change({ profile: 'fapi2', [field]: 'ES256' })).status).toBe(200)
    expect((await change({ [field]: 'RS256' })).status).toBe(200)
    expect((await change({ profile: 'fapi2' })).status).toBe(200)
  })
})

describe('FAPI 2.0 Message Signing §5.4: one that takes signed responses alone is told of errors by one', () => {
  test.each<[string, () => Promise<Record<string, string>>, string]>([
    ['a request object that nobody signed', async () => ({ request: 'x.y.z' }), 'invalid_request_object'],
    [
      'a request object of the past',
      async () => ({ request: await requestObject(app, signing, { exp: secondsFrom(app, -1) }) }),
      'invalid_request_object',
    ],
    ['a request_uri that is none', async () => ({ request_uri: 'urn:x' }), 'request_uri_not_supported'],
    [
      'both',
      async () => ({ request: 'x.y.z', request_uri: 'urn:ietf:params:oauth:request_uri:x' }),
      'invalid_request',
    ],
    ['nothing pushed', async () => ({}), 'invalid_request'],
    ['another mode asked for', async () => ({ response_mode: 'query' }), 'invalid_request'],
  ])('%s', async (_, parameters, error) => {
    const url = authorizationUrl(app, signing, { state: 's', ...(await parameters()) })
    const { location } = await writingNothing(app, () => open(url))
    const answer = new URL(location ?? '')
    expect(`${answer.origin}${answer.pathname}`).toBe(signing.redirectUri)
    expect([...answer.searchParams.keys()]).toEqual(['response'])
    const jwks = (await (await fetch(`${app.issuer}/oauth2/jwks`)).json()) as JSONWebKeySet
    const { payload } = await jwtVerify(answer.searchParams.get('response') ?? '', createLocalJWKSet(jwks), {
      issuer: app.issuer,
      audience: signing.clientId,
      algorithms: ['PS256'],
      currentDate: app.clock.now(),
    })
    expect(payload).toMatchObject({ error, state: 's' })
  })
})
