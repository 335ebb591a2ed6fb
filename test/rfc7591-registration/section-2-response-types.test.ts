import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { BOTH_TOKENS, ID_TOKEN, implicitly, switchImplicit } from '../support/implicit.ts'
import type { Management } from '../support/management.ts'
import {
  bearer,
  expectNotRegistered,
  METADATA,
  register,
  registeredApplication,
  send,
  switchOn,
} from '../support/registration.ts'
import {
  authorizationUrl,
  credentials,
  expectRefusal,
  issuingNothing,
  open,
  post,
  textOf,
} from '../support/relying-party.ts'
import { newTestKey } from '../support/signing-client.ts'

/*
 * RFC 7591 §2, OIDC Registration §2: which response types a client may use, whether it says so itself or its operator
 * does.
 */

const A_URI = 'https://app.example.com/'

const METADATA_OF_IMPLICIT = {
  ...METADATA,
  grant_types: ['implicit'],
  response_types: [ID_TOKEN, BOTH_TOKENS],
}

let app: TestApp
let management: Management
beforeAll(async () => {
  app = await startTestApp({ overrides: { registrationLimits: { perAddress: 1000 } } })
  management = await app.management()
  await switchOn(app)
  await switchImplicit(app)
})
afterAll(() => app[Symbol.asyncDispose]())

describe('OIDC Registration §2: a client that registers itself', () => {
  test('is registered for what it says, and is told so', async () => {
    const answer = await register(app, METADATA_OF_IMPLICIT)
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ response_types: [ID_TOKEN, BOTH_TOKENS] })
    // OIDC Registration §2: the others are for codes, or give more than these, and it did not ask for them.
    expect(answer.body['grant_types']).toEqual(['implicit'])
    const client = await registeredApplication(app, answer)
    const opened = await issuingNothing(app, () => open(authorizationUrl(app, client)))
    expect(opened.body).toContain('unauthorized_client')
  })

  test.each(['client_secret_post', 'none'])(
    'for tokens by the browser alone gets neither what renews them nor a device: %s',
    async (token_endpoint_auth_method) => {
      const answer = await register(app, { ...METADATA_OF_IMPLICIT, token_endpoint_auth_method })
      const application = await registeredApplication(app, answer)
      const form =
        token_endpoint_auth_method === 'none' ? { client_id: application.clientId } : credentials(application)
      for (const [path, parameters] of [
        ['device_authorization', { scope: 'openid' }],
        ['token', { grant_type: 'refresh_token', refresh_token: 'x' }],
        ['token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' }],
      ] as const) {
        const told = await post(`${app.issuer}/oauth2/${path}`, { ...form, ...parameters })
        expectRefusal(told, 400, 'unauthorized_client')
      }
    },
  )

  test.each<[string, Record<string, unknown>]>([
    ['by default', {}],
    ['as it says', { grant_types: ['authorization_code'] }],
  ])('is told which grant type is missing, with code %s', async (_what, members) => {
    const told = await expectNotRegistered(
      app,
      { ...METADATA, ...members, response_types: [ID_TOKEN] },
      'invalid_client_metadata',
    )
    expect(told.body['error_description']).toBe(
      'The response type id_token goes with the grant type implicit.',
    )
  })

  test('may have codes as well', async () => {
    const { body } = await register(app, {
      ...METADATA,
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'token id_token'],
    })
    // OAuth 2.0 Multiple Response Types §3: the order of the words means nothing.
    expect(body).toMatchObject({ response_types: ['code', BOTH_TOKENS] })
    expect(body['grant_types']).toEqual(expect.arrayContaining(['authorization_code', 'implicit']))
  })

  test('has code alone if it says nothing, and is the same client as before there was a choice', async () => {
    const spa = { ...METADATA, token_endpoint_auth_method: 'none' }
    const unsaid = await register(app, spa)
    const said = await register(app, { ...spa, response_types: ['code'] })
    expect(unsaid.body['response_types']).toEqual(['code'])
    expect(unsaid.body['grant_types']).not.toContain('implicit')
    expect(said.body['client_id']).toBe(unsaid.body['client_id'])
  })

  test.each<[string, Record<string, unknown>]>([
    ['id_token without implicit, by default', { response_types: [ID_TOKEN] }],
    [
      'id_token without implicit',
      { grant_types: ['authorization_code'], response_types: ['code', ID_TOKEN] },
    ],
    [
      'id_token of a device',
      { grant_types: ['urn:ietf:params:oauth:grant-type:device_code'], response_types: [ID_TOKEN] },
    ],
    ['implicit with code, by default', { grant_types: ['implicit'] }],
    ['implicit with code', { grant_types: ['implicit'], response_types: ['code', ID_TOKEN] }],
    ['implicit with nothing', { grant_types: ['implicit'], response_types: [] }],
    [
      'authorization_code without code',
      { grant_types: ['authorization_code', 'implicit'], response_types: [ID_TOKEN] },
    ],
    ['a token without whose it is', { grant_types: ['implicit'], response_types: ['token'] }],
    ['a hybrid type', { grant_types: ['authorization_code', 'implicit'], response_types: ['code id_token'] }],
    ['access tokens that are bound to a key', { ...METADATA_OF_IMPLICIT, dpop_bound_access_tokens: true }],
  ])('RFC 7591 §2.1: %s is refused', async (_what, members) => {
    await expectNotRegistered(app, { ...METADATA, ...members }, 'invalid_client_metadata')
  })

  test.each<[string, Record<string, unknown>]>([
    ['in clear', { redirect_uris: ['http://127.0.0.1/callback'] }],
    ['of localhost', { redirect_uris: ['https://localhost/callback'] }],
    ['of localhost, written out', { redirect_uris: ['https://localhost./callback'] }],
    ['below localhost', { redirect_uris: ['https://app.localhost/callback'] }],
    ['that is none, and so this machine', { redirect_uris: ['https://0.0.0.0/callback'] }],
    ['of loopback, mapped', { redirect_uris: ['https://[::ffff:127.0.0.1]/callback'] }],
    ['of a private scheme', { redirect_uris: ['com.example.app:/callback'] }],
    ['one of two', { redirect_uris: ['https://a.example/callback', 'http://localhost/callback'] }],
    [
      'of a private scheme, native',
      { redirect_uris: ['com.example.app:/callback'], application_type: 'native' },
    ],
  ])('OIDC Registration §2: no tokens to an address %s', async (_what, members) => {
    await expectNotRegistered(app, { ...METADATA_OF_IMPLICIT, ...members }, 'invalid_redirect_uri')
  })

  test('OIDC Registration §2: a native one may have them on its own machine', async () => {
    const { status } = await register(app, {
      ...METADATA_OF_IMPLICIT,
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
    })
    expect(status).toBe(201)
  })

  test('RFC 7592 §2.2: may say something else later, by the same rules', async () => {
    const registered = await register(app)
    const uri = textOf(registered, 'registration_client_uri')
    const token = textOf(registered, 'registration_access_token')
    const change = (members: Record<string, unknown>) =>
      send(
        uri,
        { client_id: textOf(registered, 'client_id'), ...METADATA, ...members },
        { method: 'PUT', ...bearer(token) },
      )
    expect((await change({ response_types: [ID_TOKEN] })).body['error']).toBe('invalid_client_metadata')
    const changed = await change(METADATA_OF_IMPLICIT)
    expect(changed.body).toMatchObject({ response_types: [ID_TOKEN, BOTH_TOKENS] })
    expect((await change({})).body).toMatchObject({ response_types: ['code'] })
  })

  test('RFC 7592 §2.2: while it is off a client keeps what it has, and gets no more', async () => {
    const both = { grant_types: ['authorization_code', 'implicit'], response_types: ['code', ID_TOKEN] }
    const registered = await register(app, { ...METADATA, ...both })
    const { body } = registered
    const client = await registeredApplication(app, registered)
    const uri = String(body['registration_client_uri'])
    const token = String(body['registration_access_token'])
    const replace = (members: Record<string, unknown>) =>
      send(
        uri,
        { client_id: body['client_id'], ...METADATA, ...members },
        { method: 'PUT', ...bearer(token) },
      )
    await switchImplicit(app, false)
    try {
      const kept = await replace(both)
      expect(kept.body).toMatchObject({ response_types: ['code', ID_TOKEN] })
      expect(kept.body['grant_types']).toContain('implicit')
      const asked = await replace({ ...both, response_types: ['code', ID_TOKEN, BOTH_TOKENS] })
      expect(asked.body).toMatchObject({ response_types: ['code', ID_TOKEN] })
      const url = authorizationUrl(app, client, { response_type: ID_TOKEN, nonce: 'n' })
      const opened = await issuingNothing(app, () => open(url))
      expect(`${opened.location} ${opened.body}`).toContain('unsupported_response_type')
    } finally {
      await switchImplicit(app)
    }
  })

  test('while it is off it gets codes, or is refused', async () => {
    await switchImplicit(app, false)
    try {
      await expectNotRegistered(app, METADATA_OF_IMPLICIT, 'invalid_client_metadata')
      await expectNotRegistered(app, { ...METADATA, response_types: [ID_TOKEN] }, 'invalid_client_metadata')
      // RFC 7591 §3.2.1: what cannot be had is replaced, and the answer says by what.
      const { body } = await register(app, {
        ...METADATA,
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code', ID_TOKEN],
      })
      expect(body).toMatchObject({ response_types: ['code'] })
      expect(body['grant_types']).not.toContain('implicit')
    } finally {
      await switchImplicit(app)
    }
  })
})

describe('the management API', () => {
  const put = (application: TestApplication, metadata: ClientMetadata) =>
    management.put(`/latchkey/v1/applications/${application.id}/client_metadata`, metadata)

  const expectRefused = async (application: TestApplication, metadata: ClientMetadata, code: string) => {
    const { status, body } = await put(application, metadata)
    expect({ status, body }).toMatchObject({ status: 422 })
    expect(JSON.stringify(body)).toContain(code)
  }

  test('registers an application for them, and takes it back', async () => {
    const application = await app.fixtures.firstParty()
    const { body } = await put(application, { response_types: [ID_TOKEN] })
    expect(body).toMatchObject({ object: 'client_metadata', response_types: [ID_TOKEN] })
    expect((await put(application, {})).body).not.toHaveProperty('response_types')
  })

  test('keeps what an application has while it is switched off, and may take it back', async () => {
    const application = await implicitly(app, await app.fixtures.firstParty())
    await switchImplicit(app, false)
    try {
      const { body } = await put(application, { response_types: ['code', ID_TOKEN], client_uri: A_URI })
      expect(body).toMatchObject({ response_types: ['code', ID_TOKEN], client_uri: A_URI })
      await expectRefused(application, { response_types: [BOTH_TOKENS] }, 'response_type_not_supported')
      expect((await put(application, {})).body).not.toHaveProperty('response_types')
      await expectRefused(application, { response_types: [ID_TOKEN] }, 'response_type_not_supported')
    } finally {
      await switchImplicit(app)
    }
  })

  test('refuses what is switched off, and what there is not', async () => {
    const application = await app.fixtures.firstParty()
    await switchImplicit(app, false)
    await expectRefused(application, { response_types: [ID_TOKEN] }, 'response_type_not_supported')
    await switchImplicit(app)
    await expectRefused(application, { response_types: ['token' as never] }, 'response_types')
    await expectRefused(application, { response_types: [] }, 'response_types')
  })

  test('OIDC Registration §2: refuses them with redirect URIs that are no place for tokens, and such URIs with them', async () => {
    const uris = ['https://app.example.com/callback', 'http://localhost:3000/callback']
    const both = await app.fixtures.firstParty({ redirectUris: uris })
    await expectRefused(both, { response_types: [ID_TOKEN] }, 'redirect_uri_not_allowed')
    const one = await implicitly(app, await app.fixtures.firstParty())
    const refused = await management.put(`/connect/applications/${one.id}`, {
      redirect_uris: uris.map((uri) => ({ uri })),
    })
    expect(refused.status).toBe(422)
    expect(JSON.stringify(refused.body)).toContain('redirect_uris.1.uri')
  })

  test('refuses them to machines, to FAPI 2.0 clients, and access tokens to clients whose tokens are bound', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    await expectRefused(machine, { response_types: ['code'] }, 'not_for_type')
    const application = await app.fixtures.firstParty()
    const { publicJwk } = await newTestKey()
    const given = await management.put(`/latchkey/v1/applications/${application.id}/keys`, {
      jwks: { keys: [publicJwk] },
    })
    expect(given.status).toBe(200)
    await expectRefused(
      application,
      { profile: 'fapi2', response_types: ['code', ID_TOKEN] },
      'response_type_not_allowed',
    )
    for (const bound of [
      { dpop_bound_access_tokens: true },
      { tls_client_certificate_bound_access_tokens: true },
    ]) {
      await expectRefused(
        application,
        { ...bound, response_types: [BOTH_TOKENS] },
        'response_type_not_allowed',
      )
      expect((await put(application, { ...bound, response_types: [ID_TOKEN] })).status).toBe(200)
    }
  })
})
