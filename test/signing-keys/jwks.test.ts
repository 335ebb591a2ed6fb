import Fastify from 'fastify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { jwksEndpoint } from '../../src/endpoints/jwks.ts'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import { createKeyRing } from '../../src/signing-keys/key-ring.ts'
import { generateSigningKey, type SigningKey } from '../../src/signing-keys/signing-key.ts'
import { systemRandom } from '../../src/system/random.ts'
import { privateMembers, sealerFor, secret, settableClock, start } from './keys.ts'

const sealer = sealerFor(secret)
const newKeys = () =>
  Promise.all(
    signingAlgorithms.map((algorithm) =>
      generateSigningKey(algorithm, start, { sealer, random: systemRandom, now: start }),
    ),
  )

const serverWith = async (keys: readonly SigningKey[]) => {
  const database = { keys }
  const keyRing = createKeyRing({
    stores: { signingKeys: { all: async () => database.keys } },
    sealer,
    clock: settableClock(),
    cacheSeconds: 5,
  })
  const app = Fastify()
  await app.register(jwksEndpoint({ keyRing, keySetCacheSeconds: 300 }))
  const get = (headers: Record<string, string> = {}) => app.inject({ url: '/oauth2/jwks', headers })
  return { app, get, keyRing, database }
}

test('RFC 7517 §5: the key set verifies what the server signs', async () => {
  const { get, keyRing } = await serverWith(await newKeys())
  const answer = await get()
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toMatch(/^application\/json(;|$)/)
  for (const algorithm of signingAlgorithms) {
    const jwt = await keyRing.signJwt({ algorithm, type: 'JWT', claims: {} })
    await jwtVerify(jwt, createLocalJWKSet(answer.json()))
  }
})

test('RFC 7517 §4: every key has kid, use and alg, and nothing of a private key', async () => {
  const { get } = await serverWith(await newKeys())
  const { keys } = (await get()).json<{ keys: Record<string, unknown>[] }>()
  expect(keys).toHaveLength(signingAlgorithms.length)
  for (const key of keys) {
    expect(key).toMatchObject({ use: 'sig', kid: expect.any(String), alg: expect.any(String) })
    for (const name of privateMembers) expect(key).not.toHaveProperty(name)
  }
})

test('may be cached, and read by any page', async () => {
  const { get } = await serverWith(await newKeys())
  expect((await get()).headers).toMatchObject({
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
    etag: expect.stringMatching(/^"[\w-]+"$/),
  })
})

test.each([
  ['the same tag', (etag: string) => etag],
  ['the tag made weak on the way', (etag: string) => `W/${etag}`],
  ['one of several tags', (etag: string) => `"other", ${etag}`],
  ['any tag', () => '*'],
])('RFC 9110 §13.1.2: If-None-Match with %s is answered 304', async (_, header) => {
  const { get } = await serverWith(await newKeys())
  const { headers } = await get()
  const answer = await get({ 'if-none-match': header(String(headers.etag)) })
  expect(answer.statusCode).toBe(304)
  expect(answer.body).toBe('')
  expect(answer.headers).toMatchObject({
    etag: headers.etag,
    'cache-control': headers['cache-control'],
    'access-control-allow-origin': '*',
  })
})

test('If-None-Match with the tag of another key set is answered in full', async () => {
  const { get, keyRing, database } = await serverWith(await newKeys())
  const before = await get()
  database.keys = await newKeys()
  keyRing.invalidate()
  const after = await get({ 'if-none-match': String(before.headers.etag) })
  expect(after.statusCode).toBe(200)
  expect(after.headers.etag).not.toBe(before.headers.etag)
})

test('RFC 9110 §9.3.2: HEAD says the same without the content', async () => {
  const { app, get } = await serverWith(await newKeys())
  const { headers } = await get()
  const head = await app.inject({ method: 'HEAD', url: '/oauth2/jwks' })
  expect(head.statusCode).toBe(200)
  expect(head.body).toBe('')
  for (const name of ['etag', 'content-type', 'content-length', 'cache-control'] as const) {
    expect(head.headers[name]).toBe(headers[name])
  }
})
