import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management } from '../support/management.ts'
import { expectNotRegistered, METADATA, switchOn } from '../support/registration.ts'
import { newTestKey, withKeys } from '../support/signing-client.ts'

let app: TestApp
let management: Management
beforeAll(async () => {
  // As while developing.
  app = await startTestApp({ settings: { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: 'localhost' } })
  management = await app.management()
  await switchOn(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const put = async (metadata: ClientMetadata, { isPublic = false, hasKeys = false } = {}) => {
  const application = await app.fixtures.firstParty({ isPublic })
  if (hasKeys) await withKeys(app, application, [await newTestKey()])
  return management.put(`/latchkey/v1/applications/${application.id}/client_metadata`, metadata)
}

describe('RFC 8705 §2.1.2, OIDC Core §9: what a client may say of how it proves who it is', () => {
  test.each<[string, ClientMetadata, { isPublic?: boolean; hasKeys?: boolean }]>([
    [
      'private_key_jwt of a public client',
      { token_endpoint_auth_method: 'private_key_jwt' },
      { isPublic: true, hasKeys: true },
    ],
    [
      'mutual TLS of a public client',
      { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
      { isPublic: true, hasKeys: true },
    ],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }, {}],
    [
      'self_signed_tls_client_auth without keys',
      { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
      {},
    ],
    ['tls_client_auth without a subject', { token_endpoint_auth_method: 'tls_client_auth' }, {}],
    [
      'two subjects',
      {
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_san_dns: 'a.example',
        tls_client_auth_san_uri: 'https://a.example',
      },
      {},
    ],
    ['an algorithm that is none', { token_endpoint_auth_signing_alg: 'HS256' as never }, { hasKeys: true }],
  ])('%s is refused', async (_what, metadata, application) => {
    expect((await put(metadata, application)).status).toBe(422)
  })

  test.each<[string, ClientMetadata, { isPublic?: boolean; hasKeys?: boolean }]>([
    ['private_key_jwt', { token_endpoint_auth_method: 'private_key_jwt' }, { hasKeys: true }],
    [
      'tls_client_auth',
      { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'a.example' },
      {},
    ],
    ['bound tokens of a public client', { dpop_bound_access_tokens: true }, { isPublic: true }],
  ])('%s is fine', async (_what, metadata, application) => {
    const answer = await put(metadata, application)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject(metadata)
  })
})

describe('RFC 7591 §3.2.2: what could never work is refused, by the name of its member', () => {
  const key = (algorithm: string) => newTestKey(algorithm).then(({ publicJwk }) => publicJwk)
  const byKey = { token_endpoint_auth_method: 'private_key_jwt' } as const
  const byCertificate = { token_endpoint_auth_method: 'tls_client_auth' } as const

  test.each<[string, string, ClientMetadata, () => Promise<readonly object[]>]>([
    ['an empty key set', 'token_endpoint_auth_method', byKey, async () => []],
    [
      'keys for another algorithm than the one registered',
      'token_endpoint_auth_method',
      { ...byKey, token_endpoint_auth_signing_alg: 'PS256' },
      async () => [await key('ES256')],
    ],
    ...['CN', 'CN=a,,O=b', 'CN=a\\', 'no name at all', 'CN="a"'].map(
      (name): [string, string, ClientMetadata, () => Promise<readonly object[]>] => [
        `a subject of ${name}`,
        'tls_client_auth_subject_dn',
        { tls_client_auth_subject_dn: name },
        async () => [],
      ],
    ),
    ...['192.0.2', '192.0.2.256', 'a.example', '::g', 'fe80::1%eth0'].map(
      (address): [string, string, ClientMetadata, () => Promise<readonly object[]>] => [
        `an address of ${address}`,
        'tls_client_auth_san_ip',
        { tls_client_auth_san_ip: address },
        async () => [],
      ],
    ),
    [
      'a logout URI in clear',
      'backchannel_logout_uri',
      { backchannel_logout_uri: 'http://app.example.com/logout' },
      async () => [],
    ],
  ])('%s', async (_, field, metadata, keysOf) => {
    const keys = await keysOf()
    const application = await app.fixtures.firstParty()
    const path = `/latchkey/v1/applications/${application.id}`
    if (keys.length > 0) expect((await management.put(`${path}/keys`, { jwks: { keys } })).status).toBe(200)
    const { status, body } = await management.put(`${path}/client_metadata`, metadata)
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    const described = { ...METADATA, ...metadata, jwks: { keys } }
    const refused = await expectNotRegistered(app, described, 'invalid_client_metadata')
    expect(refused.body['error_description']).toContain(field)
  })

  test('none of a confidential application', async () => {
    const { status, body } = await put({ token_endpoint_auth_method: 'none' })
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'token_endpoint_auth_method', code: 'confidential_client' }] },
    })
    expect((await put({ token_endpoint_auth_method: 'none' }, { isPublic: true })).status).toBe(200)
  })

  test('what can work is taken', async () => {
    for (const metadata of [
      { ...byCertificate, tls_client_auth_subject_dn: 'CN=App \\2C Inc.+UID=7, O=Acme, C=DE' },
      { ...byCertificate, tls_client_auth_san_ip: '2001:db8::1' },
      { ...byCertificate, tls_client_auth_san_ip: '192.0.2.1' },
      { backchannel_logout_uri: 'http://localhost:3000/logout' },
    ]) {
      expect([metadata, (await put(metadata)).status]).toEqual([metadata, 200])
    }
    expect(
      (await put({ ...byKey, token_endpoint_auth_signing_alg: 'ES256' }, { hasKeys: true })).status,
    ).toBe(200)
  })
})
