import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import { createKeyRing, NoSigningKey } from '../../src/signing-keys/key-ring.ts'
import { STALE_SECONDS } from '../../src/signing-keys/rotation.ts'
import {
  generateSigningKey,
  type SigningKey,
  UnreadableSigningKey,
} from '../../src/signing-keys/signing-key.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { privateMembers, sealerFor, secret, settableClock, start } from './keys.ts'

const sealer = sealerFor(secret)
const newKey = (activatesAt = start, algorithm: (typeof signingAlgorithms)[number] = 'ES256', now = start) =>
  generateSigningKey(algorithm, activatesAt, { sealer, random: systemRandom, now })

/** A ring over keys in memory, whose reads can be counted, delayed and made to fail. */
const ringOver = (keys: readonly SigningKey[], options: { secret?: string; patience?: number } = {}) => {
  const clock = settableClock()
  const database = {
    keys,
    reads: 0,
    answer: async (): Promise<readonly SigningKey[]> => database.keys,
  }
  const reported: unknown[] = []
  const ring = createKeyRing({
    stores: {
      signingKeys: {
        all: () => {
          database.reads += 1
          return database.answer()
        },
      },
    },
    sealer: options.secret === undefined ? sealer : sealerFor(options.secret),
    clock,
    cacheSeconds: 5,
    patienceMilliseconds: options.patience ?? 1_000,
    onError: (error) => reported.push(error),
  })
  return { ring, clock, database, reported }
}

const unavailable = () => Promise.reject(new Error('connect ECONNREFUSED'))
const never = () => new Promise<readonly SigningKey[]>(() => {})

describe('what the ring reads', () => {
  test('a warm ring asks nobody, and imports a key once', async () => {
    const { ring, clock, database } = ringOver([await newKey()])
    const first = await ring.signer('ES256')
    clock.forward(4.9)
    expect((await ring.signer('ES256')).sign).toBe(first.sign)
    await ring.signJwt({ algorithm: 'ES256', type: 'JWT', claims: {} })
    await ring.verificationKey({ kid: first.kid, alg: 'ES256' })
    await ring.verificationKeys()
    await ring.publishedKeySet()
    expect(database.reads).toBe(1)
  })

  test('after cacheSeconds it reads again, and keeps what it has imported', async () => {
    const { ring, clock, database } = ringOver([await newKey()])
    const first = await ring.signer('ES256')
    clock.forward(5)
    expect((await ring.signer('ES256')).sign).toBe(first.sign)
    expect(database.reads).toBe(2)
  })

  test('many that ask at once wait for one read', async () => {
    const { ring, database } = ringOver([await newKey()])
    await Promise.all(Array.from({ length: 50 }, () => ring.signer('ES256')))
    expect(database.reads).toBe(1)
  })

  test('after an announcement it reads again', async () => {
    const { ring, database } = ringOver([await newKey()])
    await ring.signer('ES256')
    const successor = await newKey()
    database.keys = [{ ...successor, activatesAt: addSeconds(start, -1) }]
    ring.invalidate()
    expect((await ring.signer('ES256')).kid).toBe(successor.kid)
    expect(database.reads).toBe(2)
  })

  test('a read under way when the announcement comes does not answer for what follows', async () => {
    const [before, now] = await Promise.all([newKey(), newKey()])
    const { ring, database } = ringOver([before])
    const slow = Promise.withResolvers<readonly SigningKey[]>()
    database.answer = () => slow.promise
    const early = ring.signer('ES256')
    ring.invalidate()
    database.answer = async () => [now]
    expect((await ring.signer('ES256')).kid).toBe(now.kid)
    slow.resolve([before])
    await early
    expect((await ring.signer('ES256')).kid).toBe(now.kid)
  })

  test('a clock set back does not make the keys last longer', async () => {
    const { ring, clock, database } = ringOver([await newKey(addSeconds(start, -7200))])
    await ring.signer('ES256')
    clock.forward(-3600)
    await ring.signer('ES256')
    expect(database.reads).toBe(2)
  })
})

describe('while the database is away', () => {
  test('a loaded ring goes on signing, tries again every few seconds, and says so', async () => {
    const { ring, clock, database, reported } = ringOver([await newKey()])
    await ring.signer('ES256')
    database.answer = unavailable
    ring.invalidate()
    for (let second = 0; second < 60; second += 1) {
      await ring.signer('ES256')
      clock.forward(1)
    }
    expect(database.reads).toBe(1 + 12)
    expect(reported).toHaveLength(12)
  })

  test('a database that does not answer holds requests up once, not each time', async () => {
    const { ring, clock, database, reported } = ringOver([await newKey()], { patience: 20 })
    await ring.signer('ES256')
    database.answer = never
    clock.forward(5)
    await Promise.all([ring.signer('ES256'), ring.signer('ES256')])
    await ring.signer('ES256')
    expect(database.reads).toBe(2)
    expect(reported).toHaveLength(1)
    database.answer = async () => database.keys
    clock.forward(5)
    await ring.signer('ES256')
    expect(database.reads).toBe(3)
  })

  test('but not for ever: a cut-off node does not hear of withdrawals', async () => {
    const { ring, clock, database } = ringOver([await newKey()])
    await ring.signer('ES256')
    database.answer = unavailable
    clock.forward(STALE_SECONDS - 1)
    await ring.signer('ES256')
    clock.forward(1)
    await expect(ring.signer('ES256')).rejects.toThrow('ECONNREFUSED')
    database.answer = async () => database.keys
    await ring.signer('ES256')
  })

  test('a handover that was planned happens without it', async () => {
    const old = await newKey()
    const next = await newKey(addSeconds(start, 60))
    const { ring, clock, database } = ringOver([{ ...old, retiresAt: next.activatesAt }, next])
    expect((await ring.signer('ES256')).kid).toBe(old.kid)
    database.answer = unavailable
    clock.forward(60)
    expect((await ring.signer('ES256')).kid).toBe(next.kid)
  })
})

describe('signing and verifying', () => {
  test.each(signingAlgorithms)('RFC 7519 §7.1: a token signed with %s verifies', async (algorithm) => {
    const { ring } = ringOver([await newKey(start, algorithm)])
    const jwt = await ring.signJwt({ algorithm, type: 'at+jwt', claims: { sub: 'user_1', é: true } })
    const { payload, protectedHeader } = await jwtVerify(jwt, ring.verificationKey, {
      algorithms: [...signingAlgorithms],
      typ: 'at+jwt',
    })
    expect(payload).toEqual({ sub: 'user_1', é: true })
    expect(protectedHeader).toEqual({
      alg: algorithm,
      typ: 'at+jwt',
      kid: (await ring.signer(algorithm)).kid,
    })
  })

  test('RFC 8725 §3.1: a token naming another algorithm than that of its key has no key', async () => {
    const key = await newKey(start, 'RS256')
    const { ring } = ringOver([key])
    for (const alg of ['ES256', 'PS256', 'HS256', 'none', '']) {
      await expect(ring.verificationKey({ kid: key.kid, alg })).rejects.toThrow(errors.JWKSNoMatchingKey)
    }
  })

  test('a token without kid, or with one that cannot be ours, has no key and costs no read', async () => {
    const { ring, clock, database } = ringOver([await newKey()])
    await ring.signer('ES256')
    clock.forward(2)
    for (const kid of ['', 'key_1', '../x']) {
      await expect(ring.verificationKey({ kid, alg: 'ES256' })).rejects.toThrow(errors.JWKSNoMatchingKey)
    }
    await expect(ring.verificationKey({ alg: 'ES256' })).rejects.toThrow(errors.JWKSNoMatchingKey)
    expect(database.reads).toBe(1)
  })

  test('a key that another node has just made is looked for once a second at most', async () => {
    const { ring, clock, database } = ringOver([await newKey()])
    await ring.signer('ES256')
    const made = await newKey()
    const find = () => ring.verificationKey({ kid: made.kid, alg: 'ES256' })
    await expect(find()).rejects.toThrow(errors.JWKSNoMatchingKey)
    expect(database.reads).toBe(1)
    database.keys = [...database.keys, made]
    clock.forward(1)
    expect(await find()).toMatchObject({ type: 'public' })
    expect(database.reads).toBe(2)
  })

  test('a retiring key verifies, a retired one does not', async () => {
    const key = await newKey()
    const ends = { retiresAt: addSeconds(start, 1), withdrawnAt: addSeconds(start, 3) }
    const { ring, clock } = ringOver([{ ...key, ...ends }])
    clock.forward(2)
    await ring.verificationKey({ kid: key.kid, alg: 'ES256' })
    expect(await ring.verificationKeys()).toHaveLength(1)
    clock.forward(1)
    await expect(ring.verificationKey({ kid: key.kid, alg: 'ES256' })).rejects.toThrow(
      errors.JWKSNoMatchingKey,
    )
    expect(await ring.verificationKeys()).toEqual([])
  })

  test('no key for an algorithm is said in words', async () => {
    const { ring } = ringOver([await newKey()])
    await expect(ring.signer('EdDSA')).rejects.toThrow(NoSigningKey)
    await expect(ring.signer('EdDSA')).rejects.toThrow('latchkey keys rotate --algorithm EdDSA')
  })

  test('with the wrong LATCHKEY_SECRET nothing is signed; verifying and publishing need no secret', async () => {
    const right = ringOver([await newKey()])
    const jwt = await right.ring.signJwt({ algorithm: 'ES256', type: 'JWT', claims: {} })
    const { ring } = ringOver(right.database.keys, { secret: 'another secret, which did not make the key' })
    await expect(ring.signer('ES256')).rejects.toThrow(UnreadableSigningKey)
    await expect(ring.signer('ES256')).rejects.toThrow(/LATCHKEY_SECRET/)
    await jwtVerify(jwt, ring.verificationKey)
    expect(await ring.publishedKeySet()).toEqual(await right.ring.publishedKeySet())
  })

  test('a key of an algorithm of a later version stands in nobody’s way', async () => {
    const later = { ...(await newKey()), algorithm: 'ML-DSA-44' }
    const { ring } = ringOver([later, await newKey()])
    expect(
      decodeProtectedHeader(await ring.signJwt({ algorithm: 'ES256', type: 'JWT', claims: {} })),
    ).toEqual(expect.objectContaining({ alg: 'ES256' }))
  })
})

describe('the published key set', () => {
  test('RFC 7517 §5: holds upcoming, active and retiring keys, in the order they were made', async () => {
    const [retired, retiring, active, upcoming] = await Promise.all([
      newKey(),
      newKey(),
      newKey(start, 'RS256'),
      newKey(addSeconds(start, 60)),
    ])
    const ended = addSeconds(start, -10)
    const { ring } = ringOver([
      { ...retired, retiresAt: ended, withdrawnAt: ended },
      { ...retiring, retiresAt: ended, withdrawnAt: addSeconds(start, 60) },
      active,
      upcoming,
    ])
    const { keys } = JSON.parse((await ring.publishedKeySet()).body)
    expect(keys).toEqual([retiring.publicJwk, active.publicJwk, upcoming.publicJwk])
  })

  test('changes its entity tag when, and only when, the keys in it change', async () => {
    const [first, second] = await Promise.all([newKey(), newKey()])
    const { ring, clock, database } = ringOver([
      first,
      { ...second, retiresAt: start, withdrawnAt: addSeconds(start, 60) },
    ])
    const both = await ring.publishedKeySet()
    expect(both.etag).toMatch(/^"[\w-]{43}"$/)
    // jsonb keeps members in an order of its own.
    database.keys = database.keys.map((key) => ({
      ...key,
      publicJwk: Object.fromEntries(Object.entries(key.publicJwk).reverse()),
    }))
    clock.forward(59)
    expect((await ring.publishedKeySet()).etag).toBe(both.etag)
    clock.forward(1)
    expect((await ring.publishedKeySet()).etag).not.toBe(both.etag)
  })

  test('RFC 7517 §9.2: has no private member, even if a row has', async () => {
    const key = await newKey()
    const leak = Object.fromEntries(privateMembers.map((name) => [name, 'secret']))
    const { ring } = ringOver([{ ...key, publicJwk: { ...key.publicJwk, ...leak } }])
    const { keys } = JSON.parse((await ring.publishedKeySet()).body)
    expect(keys).toEqual([key.publicJwk])
  })
})
