import { describe, expect, test } from 'vitest'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import {
  generateSigningKey,
  importPublicKey,
  openPrivateKey,
  publicMembers,
  signingKeyAt,
  signingKeyState,
  UnreadableSigningKey,
} from '../../src/signing-keys/signing-key.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { keyWith, privateMembers, sealerFor, secret, start } from './keys.ts'

const at = (seconds: number) => addSeconds(start, seconds)

describe('the state of a key', () => {
  const key = keyWith({ activatesAt: at(10), retiresAt: at(20), withdrawnAt: at(30) })

  test.each([
    [9.999, 'upcoming'],
    [10, 'active'],
    [19.999, 'active'],
    [20, 'retiring'],
    [29.999, 'retiring'],
    [30, 'retired'],
  ])('after %d s it is %s', (seconds, state) => {
    expect(signingKeyState(key, at(seconds))).toBe(state)
  })

  test('a key that nobody has ended is active for ever', () => {
    expect(signingKeyState(keyWith(), at(1e9))).toBe('active')
  })

  test('a key withdrawn before it was active never becomes active', () => {
    const leaked = keyWith({ activatesAt: at(10), retiresAt: at(5), withdrawnAt: at(5) })
    expect(signingKeyState(leaked, at(11))).toBe('retired')
  })
})

describe('the key to sign with', () => {
  const old = keyWith({ kid: 'old', retiresAt: at(10), withdrawnAt: at(100) })
  const next = keyWith({ kid: 'next', activatesAt: at(10) })

  test('at every instant of a handover there is exactly one, and it is published', () => {
    expect(signingKeyAt([old, next], 'RS256', at(9.999))?.kid).toBe('old')
    expect(signingKeyAt([old, next], 'RS256', at(10))?.kid).toBe('next')
  })

  test('is the newest of several active ones, in whatever order they come', () => {
    const newer = keyWith({ kid: 'newer', activatesAt: at(1) })
    expect(signingKeyAt([newer, keyWith()], 'RS256', at(2))?.kid).toBe('newer')
    expect(signingKeyAt([keyWith(), newer], 'RS256', at(2))?.kid).toBe('newer')
  })

  test('is an upcoming one where no other is: the clock of this node may be behind', () => {
    expect(signingKeyAt([next], 'RS256', at(9))?.kid).toBe('next')
  })

  test('is never a retiring or retired one, nor one of another algorithm', () => {
    expect(signingKeyAt([old], 'RS256', at(10))).toBeUndefined()
    expect(signingKeyAt([old], 'RS256', at(100))).toBeUndefined()
    expect(signingKeyAt([old], 'ES256', at(1))).toBeUndefined()
  })
})

describe('a generated key', () => {
  const options = { sealer: sealerFor(secret), random: systemRandom, now: start }

  test.each(signingAlgorithms)('RFC 7517 §4: the JWK of an %s key says what it is for', async (algorithm) => {
    const key = await generateSigningKey(algorithm, at(60), options)
    expect(key.kid).toMatch(/^key_[0-9A-Z]{26}$/)
    expect(key.publicJwk).toMatchObject({ kid: key.kid, use: 'sig', alg: algorithm })
    expect(key).toMatchObject({ createdAt: start, activatesAt: at(60), retiresAt: null, withdrawnAt: null })
    for (const name of privateMembers) expect(key.publicJwk).not.toHaveProperty(name)
  })

  test.each([
    ['RS256', { kty: 'RSA', e: 'AQAB', n: expect.stringMatching(/^[\w-]{342}$/) }],
    ['ES256', { kty: 'EC', crv: 'P-256' }],
    ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ] as const)('RFC 7518 §3.3, §3.4, RFC 8037 §3.1: %s has a key of its kind', async (algorithm, members) => {
    expect((await generateSigningKey(algorithm, start, options)).publicJwk).toMatchObject(members)
  })

  test('opens under its own kid alone, into what signs and shows nothing else', async () => {
    const key = await generateSigningKey('ES256', start, options)
    expect(Object.keys(openPrivateKey(key, 'ES256', options.sealer))).toEqual([])
    expect(await importPublicKey(key)).toMatchObject({ type: 'public', usages: ['verify'] })
    expect(() => openPrivateKey({ ...key, kid: 'key_other' }, 'ES256', options.sealer)).toThrow(
      UnreadableSigningKey,
    )
  })

  test('with another secret the error names LATCHKEY_SECRET and the cure', async () => {
    const key = await generateSigningKey('ES256', start, options)
    const opening = () =>
      openPrivateKey(key, 'ES256', sealerFor('another secret, which did not make this key'))
    expect(opening).toThrow(UnreadableSigningKey)
    expect(opening).toThrow(/LATCHKEY_SECRET/)
    expect(opening).toThrow(`latchkey keys retire ${key.kid}`)
  })
})

test('RFC 7517 §9.2: private parameters are left out, whoever put them there', () => {
  const jwk = Object.fromEntries(['kty', 'n', 'e', 'kid', ...privateMembers].map((name) => [name, 'x']))
  expect(Object.keys(publicMembers(jwk))).toEqual(['kty', 'kid', 'n', 'e'])
})
