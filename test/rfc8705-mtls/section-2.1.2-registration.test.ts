import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management } from '../support/management.ts'
import { newTestKey, withKeys } from '../support/signing-client.ts'

let app: TestApp
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
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
