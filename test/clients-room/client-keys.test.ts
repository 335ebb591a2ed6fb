import { CompactSign, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createClientKeys, type KeyOwner } from '../../src/clients/client-keys.ts'
import { type ClientId, parseClientId } from '../../src/protocol/identifiers.ts'
import type { OutboundAnswer } from '../../src/system/outbound-fetch.ts'
import { settableClock } from '../support/settable-clock.ts'

const URI = 'https://client.example/jwks'
const algorithms = ['PS256', 'RS256', 'ES256', 'EdDSA']

const newKey = async (alg: string, kid?: string) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), ...(kid !== undefined && { kid }) } as Record<string, string>
  const sign = (header: Record<string, unknown> = {}) =>
    new SignJWT({ iss: 'me' }).setProtectedHeader({ alg, ...(kid && { kid }), ...header }).sign(privateKey)
  return { jwk, privateKey, sign, alg }
}

const answer = (body: unknown, headers: Record<string, string> = {}, status = 200): OutboundAnswer => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

/** Client keys over a server whose answer the test decides; `asked` counts. */
const open = (first: () => OutboundAnswer | Promise<OutboundAnswer> = () => answer({ keys: [] })) => {
  const clock = settableClock()
  const server = { asked: 0, respond: first }
  const keys = createClientKeys({
    clock,
    outboundFetch: async () => {
      server.asked++
      return server.respond()
    },
  })
  const verify = (jwt: string, client: KeyOwner = publishing(), allowed = algorithms) =>
    keys.verifyClientJwt(client, jwt, { algorithms: allowed, type: 'client-authentication+jwt' })
  return { clock, server, verify }
}

const clientId = parseClientId('client_01ARZ3NDEKTSV4RRFFQ69G5FAV') as ClientId

const registered = (...keys: Record<string, string>[]): KeyOwner => ({
  clientId,
  wasDynamicallyRegistered: false,
  jwks: { keys },
  jwksUri: null,
})

const publishing = (by = clientId, wasDynamicallyRegistered = false): KeyOwner => ({
  clientId: by,
  wasDynamicallyRegistered,
  jwks: null,
  jwksUri: URI,
})

describe('RFC 8725 §3.1, §3.2: a signature of one of the keys of the client, by an algorithm of that key', () => {
  test.each(algorithms)('%s', async (alg) => {
    const { jwk, sign } = await newKey(alg)
    expect(await open().verify(await sign({ typ: 'JWT' }), registered(jwk))).toEqual({
      payload: { iss: 'me' },
      protectedHeader: { alg, typ: 'JWT' },
    })
  })

  test('OIDC Core §10.1: of several keys that suit the header names one', async () => {
    const [one, two] = [await newKey('ES256', 'one'), await newKey('ES256', 'two')]
    const owner = registered(one.jwk, two.jwk)
    const { verify } = open()
    expect(await verify(await two.sign(), owner)).toBeDefined()
    expect(await verify(await two.sign({ kid: 'one' }), owner)).toBeUndefined()
    expect(await verify(await two.sign({ kid: undefined }), owner)).toBeUndefined()
    expect(await verify(await two.sign({ kid: 'three' }), owner)).toBeUndefined()
  })

  test('an algorithm that the caller or the key does not allow, none, and a secret made of the public key', async () => {
    const rsa = await newKey('RS256')
    const { verify } = open()
    const good = await rsa.sign()
    expect(await verify(good, registered(rsa.jwk), ['PS256'])).toBeUndefined()
    expect(await verify(good, registered({ ...rsa.jwk, alg: 'PS256' }))).toBeUndefined()
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`
    expect(await verify(unsigned, registered(rsa.jwk), [...algorithms, 'none'])).toBeUndefined()
    const hmac = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(JSON.stringify(rsa.jwk)))
    expect(await verify(hmac, registered(rsa.jwk), [...algorithms, 'HS256'])).toBeUndefined()
  })

  test.each(['', 'a', 'a.b', 'a.b.c', '..', 'a.b.c.d.e', '{}', '\u0000.\u0000.\u0000', 'e30.e30.e30'])(
    '%j is no JWT',
    async (jwt) => {
      const { jwk } = await newKey('ES256')
      expect(await open().verify(jwt, registered(jwk))).toBeUndefined()
    },
  )

  test.each<[string, string]>([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a text', '"x"'],
  ])('what was signed is %s', async (_what, text) => {
    const { jwk, privateKey } = await newKey('ES256')
    const jws = await new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
    expect(await open().verify(jws, registered(jwk))).toBeUndefined()
  })

  test('RFC 7515 §4.1.11: a critical extension is refused', async () => {
    const { jwk, privateKey } = await newKey('ES256')
    const jws = await new CompactSign(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'ES256', b64: true, crit: ['b64'] })
      .sign(privateKey)
    expect(await open().verify(jws, registered(jwk))).toBeUndefined()
  })

  test('a client without keys has signed nothing', async () => {
    const { sign } = await newKey('ES256')
    expect(await open().verify(await sign(), { ...publishing(), jwksUri: null })).toBeUndefined()
  })
})

describe('keys that the client publishes', () => {
  test('are fetched once for many, and kept for five minutes', async () => {
    const key = await newKey('ES256', 'one')
    const { verify, server, clock } = open(() => answer({ keys: [key.jwk] }))
    const jwt = await key.sign()
    const all = await Promise.all(Array.from({ length: 20 }, () => verify(jwt)))
    expect(all.every(Boolean)).toBe(true)
    clock.advance(290)
    await verify(jwt)
    expect(server.asked).toBe(1)
    clock.advance(20)
    expect(await verify(jwt)).toBeDefined()
    expect(server.asked).toBe(2)
  })

  test('OIDC Core §10.1.1: a client that registered since with other keys at the same place is known by those', async () => {
    const [former, present] = [await newKey('ES256', 'former'), await newKey('ES256', 'present')]
    const { verify, server } = open(() => answer({ keys: [former.jwk] }))
    await verify(await former.sign())
    server.respond = () => answer({ keys: [present.jwk] })
    const since = publishing(parseClientId('client_01ARZ3NDEKTSV4RRFFQ69G5FAW'))
    expect(await verify(await present.sign(), since)).toBeDefined()
  })

  test.each<[string, number]>([
    ['no-store', 30],
    ['max-age=0', 30],
    ['public, max-age=120', 120],
    ['max-age=99999999', 900],
    ['nonsense', 300],
  ])('RFC 9111 §5.2.2: Cache-Control %s keeps them for %i seconds', async (value, seconds) => {
    const key = await newKey('ES256')
    const { verify, server, clock } = open(() => answer({ keys: [key.jwk] }, { 'cache-control': value }))
    const jwt = await key.sign()
    await verify(jwt)
    clock.advance(seconds - 5)
    await verify(jwt)
    expect(server.asked).toBe(1)
    clock.advance(10)
    await verify(jwt)
    expect(server.asked).toBe(2)
  })

  test('an unknown key has them fetched anew, at most every half minute', async () => {
    const [old, next] = [await newKey('ES256', 'old'), await newKey('ES256', 'next')]
    const { verify, server, clock } = open(() => answer({ keys: [old.jwk] }))
    await verify(await old.sign())
    server.respond = () => answer({ keys: [old.jwk, next.jwk] })
    for (let again = 0; again < 5; again++) expect(await verify(await next.sign())).toBeUndefined()
    expect(server.asked).toBe(1)
    clock.advance(31)
    expect(await verify(await next.sign())).toBeDefined()
    for (let again = 0; again < 5; again++) await verify(await next.sign({ kid: 'made up' }))
    expect(server.asked).toBe(2)
  })

  test('a key that is taken out is worth nothing once they are fetched anew', async () => {
    const [old, next] = [await newKey('ES256', 'old'), await newKey('ES256', 'next')]
    const { verify, server, clock } = open(() => answer({ keys: [old.jwk] }))
    expect(await verify(await old.sign())).toBeDefined()
    server.respond = () => answer({ keys: [next.jwk] })
    clock.advance(301)
    expect(await verify(await old.sign())).toBeUndefined()
  })

  test('while their server is away the ones known serve for a while, and it is not asked all the time', async () => {
    const key = await newKey('ES256')
    const { verify, server, clock } = open(() => answer({ keys: [key.jwk] }))
    await verify(await key.sign())
    server.respond = () => Promise.reject(new Error('away'))
    clock.advance(301)
    for (let again = 0; again < 5; again++) expect(await verify(await key.sign())).toBeDefined()
    expect(server.asked).toBe(2)
    clock.advance(900)
    expect(await verify(await key.sign())).toBeUndefined()
  })

  test.each<[string, () => OutboundAnswer | Promise<OutboundAnswer>]>([
    ['does not answer', () => Promise.reject(new Error('too large'))],
    ['answers 404', () => answer({ keys: [] }, {}, 404)],
    ['redirects', () => answer('', { location: 'https://elsewhere.example' }, 302)],
    ['answers HTML', () => answer('<html>')],
    ['answers null', () => answer('null')],
    ['has no list of keys', () => answer({ keys: {} })],
    ['has too many keys', () => answer({ keys: Array.from({ length: 51 }, () => ({})) })],
    ['has what is no key', () => answer({ keys: [null, 1, 'x', [], {}] })],
  ])('a server that %s proves nothing, and is asked once', async (_what, respond) => {
    const key = await newKey('ES256')
    const { verify, server } = open(respond)
    for (let again = 0; again < 3; again++) expect(await verify(await key.sign())).toBeUndefined()
    expect(server.asked).toBe(1)
  })

  test('RFC 7517 §5: keys that are not understood, secret or for something else are left out', async () => {
    const key = await newKey('ES256', 'good')
    const other = await newKey('ES256', 'other')
    const { verify } = open(() =>
      answer({
        keys: [
          { kty: 'oct', k: 'c2VjcmV0', kid: 'good' },
          { kty: 'EC', crv: 'secp256k1', x: 'a', y: 'b', kid: 'good' },
          { ...key.jwk, use: 'enc' },
          { ...other.jwk, d: 'c2VjcmV0' },
          key.jwk,
        ],
      }),
    )
    expect(await verify(await key.sign())).toBeDefined()
    expect(await verify(await other.sign())).toBeUndefined()
  })
})
