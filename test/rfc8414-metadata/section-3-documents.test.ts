import { calculateJwkThumbprint, exportJWK, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { switchImplicit } from '../support/implicit.ts'
import { issuingNothing } from '../support/relying-party.ts'

const DOCUMENTS = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

const confidential = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
const clientAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

type Document = Readonly<Record<string, unknown>>

const read = async (path: string, issuer = app.issuer): Promise<Document> =>
  (await (await fetch(issuer + path)).json()) as Document

describe('RFC 8414 §3, OIDC Discovery §4: metadata', () => {
  test('both documents are the same, byte for byte', async () => {
    const texts = await Promise.all(DOCUMENTS.map(async (path) => (await fetch(app.issuer + path)).text()))
    expect(new Set(texts).size).toBe(1)
  })

  test('RFC 8414 §2: every member', async () => {
    expect(await read('/.well-known/oauth-authorization-server')).toEqual({
      issuer: app.issuer,
      authorization_endpoint: `${app.issuer}/oauth2/authorize`,
      token_endpoint: `${app.issuer}/oauth2/token`,
      userinfo_endpoint: `${app.issuer}/oauth2/userinfo`,
      jwks_uri: `${app.issuer}/oauth2/jwks`,
      introspection_endpoint: `${app.issuer}/oauth2/introspection`,
      revocation_endpoint: `${app.issuer}/oauth2/revoke`,
      end_session_endpoint: `${app.issuer}/oauth2/logout`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
      pushed_authorization_request_endpoint: `${app.issuer}/oauth2/par`,
      device_authorization_endpoint: `${app.issuer}/oauth2/device_authorization`,
      require_pushed_authorization_requests: false,
      scopes_supported: ['address', 'email', 'offline_access', 'openid', 'phone', 'profile'],
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'form_post', 'jwt', 'query.jwt', 'form_post.jwt'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: [...confidential, 'none'],
      token_endpoint_auth_signing_alg_values_supported: clientAlgorithms,
      introspection_endpoint_auth_methods_supported: confidential,
      introspection_endpoint_auth_signing_alg_values_supported: clientAlgorithms,
      revocation_endpoint_auth_methods_supported: [...confidential, 'none'],
      revocation_endpoint_auth_signing_alg_values_supported: clientAlgorithms,
      dpop_signing_alg_values_supported: clientAlgorithms,
      subject_types_supported: ['public', 'pairwise'],
      id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      userinfo_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      introspection_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      claim_types_supported: ['normal'],
      claims_supported: expect.arrayContaining([
        ...[
          'iss',
          'sub',
          'aud',
          'exp',
          'iat',
          'auth_time',
          'nonce',
          'acr',
          'amr',
          'at_hash',
          'sid',
          'org_id',
        ],
        ...['name', 'given_name', 'family_name', 'email', 'email_verified'],
      ]),
      acr_values_supported: ['urn:latchkey:acr:single-factor', 'urn:latchkey:acr:multi-factor', 'phr'],
      prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
      display_values_supported: ['page', 'popup', 'touch'],
      ui_locales_supported: ['en', 'de', 'es', 'fr', 'ja', 'pt', 'ar'],
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_object_signing_alg_values_supported: [
        ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
        ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
      ],
      request_uri_parameter_supported: false,
      require_request_uri_registration: false,
      authorization_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      authorization_response_iss_parameter_supported: true,
    })
  })

  test('RFC 8414 §2: no list names anything twice, and none of them offers plain or none for signing', async () => {
    const document = await read('/.well-known/openid-configuration')
    for (const [name, value] of Object.entries(document)) {
      if (!Array.isArray(value)) continue
      expect({ name, value: [...new Set(value)] }).toEqual({ name, value })
      expect(value).not.toHaveLength(0)
      if (name.endsWith('signing_alg_values_supported')) expect(value).not.toContain('none')
    }
    expect(document['code_challenge_methods_supported']).not.toContain('plain')
  })

  test('RFC 8414 §2: everything that is named answers', async () => {
    const document = await read('/.well-known/oauth-authorization-server')
    for (const [name, value] of Object.entries(document)) {
      if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue
      const url = String(value)
      expect(url.startsWith(`${app.issuer}/`)).toBe(true)
      const method = /token|introspection|revocation/.test(name) ? 'POST' : 'GET'
      const response = await issuingNothing(app, () => fetch(url, { method, redirect: 'manual' }))
      expect({ name, status: response.status }).not.toMatchObject({ status: 404 })
      expect(response.status).toBeLessThan(500)
      await response.arrayBuffer()
    }
  })

  test('RFC 8414 §3.3: the issuer is the one configured, byte for byte, whatever Host or proxy headers say', async () => {
    for (const path of DOCUMENTS) {
      const response = await fetch(app.issuer + path, {
        headers: {
          'x-forwarded-host': 'evil.example',
          'x-forwarded-proto': 'https',
          forwarded: 'host=evil.example;proto=https',
        },
      })
      expect(((await response.json()) as Document)['issuer']).toBe(app.issuer)
    }
  })

  test('OIDC Discovery §3: the implicit flow is there while it is switched on', async () => {
    const before = await read('/.well-known/openid-configuration')
    await switchImplicit(app)
    const during = await read('/.well-known/openid-configuration')
    expect(during).toEqual({
      ...before,
      response_types_supported: ['code', 'id_token', 'id_token token'],
      response_modes_supported: [
        ...['query', 'fragment', 'form_post'],
        ...['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'],
      ],
      grant_types_supported: [...(before['grant_types_supported'] as string[]), 'implicit'],
    })
    await switchImplicit(app, false)
    expect(await read('/.well-known/openid-configuration')).toEqual(before)
  })

  test('RFC 9207 §3: announcing iss is a setting', async () => {
    await using other = await startTestApp({ settings: { LATCHKEY_ANNOUNCE_ISS_PARAMETER: 'false' } })
    const document = await read('/.well-known/openid-configuration', other.issuer)
    expect(document).not.toHaveProperty('authorization_response_iss_parameter_supported')
  })
})

describe('RFC 9110 §13: what may be cached', () => {
  test.each([...DOCUMENTS, '/oauth2/jwks'])(
    '%s is cacheable by anybody, with an entity tag',
    async (path) => {
      const first = await fetch(app.issuer + path)
      const length = Buffer.byteLength(await first.text())
      expect(first.status).toBe(200)
      expect(first.headers.get('content-type')).toMatch(/^application\/json/)
      expect(first.headers.get('cache-control')).toBe('public, max-age=300')
      expect(first.headers.get('access-control-allow-origin')).toBe('*')
      expect(first.headers.getSetCookie()).toEqual([])
      const etag = first.headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]+"$/)
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const headers = { 'if-none-match': known }
        // RFC 9110 §8.6: the length of what would have been sent.
        const unsent = await fetch(app.issuer + path, { method: 'HEAD', headers })
        expect([unsent.status, unsent.headers.get('content-length')]).toEqual([304, String(length)])
        const again = await fetch(app.issuer + path, { headers })
        expect(again.status).toBe(304)
        expect(await again.text()).toBe('')
        expect(again.headers.get('etag')).toBe(etag)
        expect(again.headers.get('cache-control')).toBe('public, max-age=300')
      }
      for (const unknown of ['"other"', etag.slice(1, -1), '']) {
        const again = await fetch(app.issuer + path, { headers: { 'if-none-match': unknown } })
        expect(again.status).toBe(200)
        await again.text()
      }
    },
  )

  test.each([...DOCUMENTS, '/oauth2/jwks'])('%s answers preflights', async (path) => {
    const response = await fetch(app.issuer + path, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://spa.example.com',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'mcp-protocol-version',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })
})

describe('RFC 7517 §5: the key set', () => {
  test('RFC 7517 §4: public members only, with kid, use and alg, each kid once', async () => {
    const { keys } = (await read('/oauth2/jwks')) as { keys: Record<string, string>[] }
    expect(keys.length).toBeGreaterThan(0)
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    for (const key of keys) {
      const parameters = { RSA: ['e', 'n'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'] }[key['kty'] ?? ''] ?? []
      expect(Object.keys(key).sort()).toEqual(['alg', 'kid', 'kty', 'use', ...parameters].sort())
      expect(key).toMatchObject({ use: 'sig' })
      if (key['kty'] === 'RSA') {
        expect(key['e']).toBe('AQAB')
        expect(Buffer.from(key['n'] ?? '', 'base64url').length).toBeGreaterThanOrEqual(256)
      }
      const imported = await importJWK(key, key['alg'] ?? '')
      if (imported instanceof Uint8Array) throw new Error('a symmetric key is published')
      expect(await calculateJwkThumbprint(await exportJWK(imported))).toMatch(/^[\w-]{43}$/)
    }
  })

  test('RFC 7517 §9.2: no private member, whatever the algorithm', async () => {
    const { keys } = (await read('/oauth2/jwks')) as { keys: Record<string, string>[] }
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256'])
    for (const key of keys) {
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
        expect(key).not.toHaveProperty(secret)
    }
  })
})
