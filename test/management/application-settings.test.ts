import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { Management, ManagementAnswer } from '../support/management.ts'
import {
  clientToken,
  expectRefusal,
  issuingNothing,
  obtainTokens,
  refresh,
  textOf,
} from '../support/relying-party.ts'

let app: TestApp
let management: Management
/** Every node there is: two on PostgreSQL. */
const nodes: { readonly issuer: string }[] = []
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  app = await startTestApp()
  nodes.push(app)
  if (testStore.kind === 'postgres') {
    const node = await app.startNode()
    nodes.push(node)
    closing.push(() => node.close())
  }
  management = await app.management()
})
afterAll(async () => {
  for (const close of closing) await close()
  await app[Symbol.asyncDispose]()
})

const m2m = async () => app.fixtures.m2m(await app.fixtures.organization())
const tokenSettingsOf = (id: string) => `/latchkey/v1/applications/${id}/token_settings`
const keysOf = (id: string) => `/latchkey/v1/applications/${id}/keys`

const refusedNaming = async (ask: () => Promise<ManagementAnswer>, ...fields: string[]): Promise<void> => {
  const { status, body } = await issuingNothing(app, ask, ['application'])
  expect({ status, body }).toMatchObject({
    status: 422,
    body: { errors: fields.map((field) => ({ field })) },
  })
}

describe('token settings of an application', () => {
  test('are those of the environment until they are set, each by itself, and again once taken away', async () => {
    const { id } = await m2m()
    const none = { access_token_seconds: null, refresh_token_idle_seconds: null }
    expect((await management.get(tokenSettingsOf(id))).body).toEqual({
      object: 'application_token_settings',
      application_id: id,
      ...none,
    })
    const put = async (body: object) => (await management.put(tokenSettingsOf(id), body)).body
    expect(await put({ access_token_seconds: 60 })).toMatchObject({ ...none, access_token_seconds: 60 })
    const both = { access_token_seconds: 60, refresh_token_idle_seconds: 3600 }
    expect(await put({ refresh_token_idle_seconds: 3600 })).toMatchObject(both)
    expect((await management.get(tokenSettingsOf(id))).body).toMatchObject(both)
    expect(await put(none)).toMatchObject(none)
    expect(await app.stores.events.byName('application.updated', 1000)).toMatchObject([
      {
        targetId: id,
        before: { token_settings: none },
        data: { token_settings: { access_token_seconds: 60 } },
      },
      {},
      {},
    ])
  })

  test('hold in the next access token, on every node', async () => {
    const application = await m2m()
    for (const node of nodes) expect((await clientToken(node, application)).body['expires_in']).toBe(300)
    await management.put(tokenSettingsOf(application.clientId), { access_token_seconds: 10 })
    const { body } = await clientToken(app, application)
    expect(body['expires_in']).toBe(10)
    for (const node of nodes) {
      await app.changesHeard()
      expect((await clientToken(node, application)).body['expires_in']).toBe(10)
    }
  })

  test('hold in the next refresh token: unused for longer, it holds no more', async () => {
    const application = await app.fixtures.firstParty()
    const user = await app.fixtures.user()
    await management.put(tokenSettingsOf(application.id), { refresh_token_idle_seconds: 600 })
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' })
    app.clock.advance(500)
    const second = await refresh(app, application, textOf(tokens, 'refresh_token'))
    app.clock.advance(500)
    const third = await refresh(app, application, textOf(second, 'refresh_token'))
    expect(third.status).toBe(200)
    app.clock.advance(600)
    expectRefusal(await refresh(app, application, textOf(third, 'refresh_token')), 400, 'invalid_grant')
  })

  test.each([
    [{ access_token_seconds: 9 }, 'access_token_seconds'],
    [{ access_token_seconds: 86_401 }, 'access_token_seconds'],
    [{ access_token_seconds: 60.5 }, 'access_token_seconds'],
    [{ access_token_seconds: '60' }, 'access_token_seconds'],
    [{ refresh_token_idle_seconds: 0 }, 'refresh_token_idle_seconds'],
    [{ refresh_token_idle_seconds: 31_536_001 }, 'refresh_token_idle_seconds'],
    [{ application_id: 'x' }, 'application_id'],
  ])('cannot be %j', async (body, field) => {
    const { id } = await m2m()
    await refusedNaming(() => management.put(tokenSettingsOf(id), body), field)
  })

  test('of what is not there are not found', async () => {
    const missing = 'conn_app_01KA0000000000000000000000'
    for (const path of [tokenSettingsOf(missing), keysOf(missing)]) {
      expect((await management.get(path)).status).toBe(404)
      expect((await management.put(path, {})).status).toBe(404)
    }
  })
})

const jwkOf = (key: KeyObject): Record<string, unknown> => ({ ...key.export({ format: 'jwk' }) })
const rsa = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength })
const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve })

describe('keys of an application', () => {
  const usual = { ...jwkOf(rsa().publicKey), kid: 'usual' }

  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [
      'of another algorithm than it registered',
      { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'RS256' },
      { jwks: { keys: [jwkOf(ec().publicKey)] } },
    ],
    ['away that it proves itself by', { token_endpoint_auth_method: 'private_key_jwt' }, { jwks: null }],
    [
      'away that its request objects are signed with',
      { require_signed_request_object: true },
      { jwks: null },
    ],
    ['away that its profile demands', { profile: 'fapi2' }, { jwks: null }],
  ])('OIDC Core §9: are not replaced by keys, nor taken, %s', async (_what, metadata, keys) => {
    const { id } = await app.fixtures.firstParty()
    const ps = { ...jwkOf(rsa().publicKey), kid: 'of every RSA algorithm' }
    expect((await management.put(keysOf(id), { jwks: { keys: [ps] } })).status).toBe(200)
    const metadataOf = `/latchkey/v1/applications/${id}/client_metadata`
    expect((await management.put(metadataOf, metadata)).status).toBe(200)
    await refusedNaming(() => management.put(keysOf(id), keys), 'jwks')
    expect((await management.get(keysOf(id))).body).toMatchObject({ jwks: { keys: [ps] } })
    expect((await management.put(metadataOf, {})).status).toBe(200)
    expect((await management.put(keysOf(id), keys)).status).toBe(200)
  })

  test('are its public keys, of every kind it may sign with', async () => {
    const { id } = await m2m()
    const keys = [
      { ...usual, use: 'sig', alg: 'RS256' },
      ...['P-256', 'P-384', 'P-521'].map((curve) => ({ ...jwkOf(ec(curve).publicKey), kid: curve })),
      { ...jwkOf(generateKeyPairSync('ed25519').publicKey), kid: 'ed', alg: 'EdDSA' },
    ]
    const answer = await management.put(keysOf(id), { jwks: { keys } })
    expect(answer.status).toBe(200)
    const { body } = await management.get(keysOf(id))
    expect(body).toEqual({ object: 'application_keys', application_id: id, jwks: { keys }, jwks_uri: null })
  })

  test('are either themselves or an address; the one replaces the other, neither takes away', async () => {
    const { id } = await m2m()
    const jwks_uri = 'https://app.example.com/jwks.json?v=1'
    await management.put(keysOf(id), { jwks: { keys: [usual] } })
    expect((await management.put(keysOf(id), { jwks_uri })).body).toMatchObject({ jwks: null, jwks_uri })
    expect((await management.put(keysOf(id), { jwks: null, jwks_uri: null })).body).toMatchObject({
      jwks: null,
      jwks_uri: null,
    })
    await refusedNaming(() => management.put(keysOf(id), { jwks: { keys: [usual] }, jwks_uri }), 'jwks_uri')
  })

  test('are not taken away by a request that says nothing of them', async () => {
    const { id } = await m2m()
    await management.put(keysOf(id), { jwks: { keys: [usual] } })
    await refusedNaming(() => management.put(keysOf(id), {}), 'jwks')
    expect((await management.put(keysOf(id), { jwks: null })).body).toMatchObject({ jwks: null })
  })

  test('keep the members that are understood, and tell of them by an event', async () => {
    const { id } = await m2m()
    const key = { ...usual, x5c: ['AAAA'], x5u: 'https://evil.example', key_ops: ['verify'], more: { a: 1 } }
    const { body } = await management.put(keysOf(id), { jwks: { keys: [key] } })
    expect(body).toMatchObject({ jwks: { keys: [usual] } })
    const [event] = (await app.stores.events.byName('application.updated', 1000)).filter(
      ({ targetId }) => targetId === id,
    )
    expect(event).toMatchObject({
      before: { keys: { jwks: null } },
      data: { keys: { jwks: { keys: [usual] } } },
    })
  })

  test.each([
    ['a private RSA key', [jwkOf(rsa().privateKey)], ['jwks.keys.0.d']],
    [
      'a private EC key beside a public one',
      [usual, { ...jwkOf(ec().privateKey), kid: 'b' }],
      ['jwks.keys.1.d'],
    ],
    ['a shared secret', [{ kty: 'oct', k: 'c2VjcmV0', kid: 'a' }], ['jwks.keys.0.kty']],
    ['a weak RSA key', [jwkOf(rsa(1024).publicKey)], ['jwks.keys.0.n']],
    ['an RSA key that anybody can sign for', [{ ...usual, e: 'AQ' }], ['jwks.keys.0.e']],
    ['a curve for other uses', [jwkOf(generateKeyPairSync('x25519').publicKey)], ['jwks.keys.0.kty']],
    ['an unusual curve', [jwkOf(ec('secp256k1').publicKey)], ['jwks.keys.0.kty']],
    ['a point beside its curve', [{ ...jwkOf(ec().publicKey), y: 'A'.repeat(43) }], ['jwks.keys.0']],
    ['half a key', [{ kty: 'EC', crv: 'P-256', x: 'AAAA' }], ['jwks.keys.0.y']],
    ['a number for a key', [{ kty: 'RSA', n: 5, e: 'AQAB' }], ['jwks.keys.0.n']],
    ['a key for encryption', [{ ...usual, use: 'enc' }], ['jwks.keys.0.use']],
    ['a key that may not verify', [{ ...usual, key_ops: ['encrypt'] }], ['jwks.keys.0.key_ops']],
    ['an algorithm of another key', [{ ...usual, alg: 'ES256' }], ['jwks.keys.0.alg']],
    ['an algorithm with shared secrets', [{ ...usual, alg: 'HS256' }], ['jwks.keys.0.alg']],
    ['two keys of one name', [usual, { ...jwkOf(ec().publicKey), kid: 'usual' }], ['jwks.keys.1.kid']],
    ['two keys, one without a name', [usual, jwkOf(ec().publicKey)], ['jwks.keys.1.kid']],
    ['a name that is none', [{ ...usual, kid: '' }], ['jwks.keys.0.kid']],
    ['no key', [], ['jwks.keys']],
    ['no kind', [{}], ['jwks.keys.0.kty']],
  ])('cannot be %s', async (_what, keys, fields) => {
    const { id } = await m2m()
    await refusedNaming(() => management.put(keysOf(id), { jwks: { keys } }), ...fields)
  })

  test.each([
    'http://app.example.com/jwks.json',
    'javascript:alert(1)',
    'data:application/json,{}',
    'file:///etc/passwd',
    'https://user@app.example.com/jwks.json',
    'https://app.example.com/jwks.json#a',
    'https://',
    '/jwks.json',
    `https://app.example.com/${'x'.repeat(2048)}`,
  ])('cannot be at %s', async (jwks_uri) => {
    const { id } = await m2m()
    await refusedNaming(() => management.put(keysOf(id), { jwks_uri }), 'jwks_uri')
  })

  test('are not for applications that cannot keep a secret', async () => {
    const { id } = await app.fixtures.firstParty({ isPublic: true })
    await refusedNaming(() => management.put(keysOf(id), { jwks: { keys: [usual] } }), 'jwks')
    expect((await management.put(keysOf(id), { jwks: null })).status).toBe(200)
  })
})

test('settings and keys that are what they were are no event', async () => {
  const { id } = await m2m()
  const jwks = { keys: [{ ...jwkOf(ec().publicKey), kid: 'same' }] }
  await management.put(keysOf(id), { jwks })
  await management.put(tokenSettingsOf(id), { access_token_seconds: 60 })
  app.clock.advance(1)
  const again = await issuingNothing(
    app,
    async () => [
      await management.put(keysOf(id), { jwks }),
      await management.put(tokenSettingsOf(id), { access_token_seconds: 60 }),
      await management.put(tokenSettingsOf(id), {}),
    ],
    ['application', 'event'],
  )
  expect(again.map(({ status }) => status)).toEqual([200, 200, 200])
})
