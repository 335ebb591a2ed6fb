import { jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type SigningAlgorithm, signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import {
  ensureSigningKeys,
  type KeyChanging,
  retireSigningKey,
  rotateSigningKey,
} from '../../src/signing-keys/change-keys.ts'
import { createKeyRing } from '../../src/signing-keys/key-ring.ts'
import { rotationTimes } from '../../src/signing-keys/rotation.ts'
import { signingKeyState, UnreadableSigningKey } from '../../src/signing-keys/signing-key.ts'
import { storesOn } from '../../src/storage/index.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'
import { recordIn } from '../support/record-in.ts'
import { sealerFor, secret, settableClock, start } from './keys.ts'

let opened: TestDatabase
beforeAll(async () => {
  opened = await openTestDatabase()
})
afterAll(() => opened[Symbol.asyncDispose]())
beforeEach(() => opened.database.kysely.deleteFrom('signing_key').execute())

const times = rotationTimes({
  keySetCacheSeconds: 300,
  cacheSeconds: 5,
  idTokenSeconds: 3600,
  longestAccessTokenSeconds: 86_400,
})

/** Making an RSA key takes so long that nodes without a lock would all be at it. */
const slow = ['RS256'] as const

const stores = () => storesOn(opened.database.kysely)
const deps = (algorithms: readonly SigningAlgorithm[] = ['ES256'], text = secret): KeyChanging => ({
  transaction: transactionOn(opened.database.kysely),
  sealer: sealerFor(text),
  random: systemRandom,
  algorithms,
  times,
  recordIn,
})

const eventsOf = async (kid: string) =>
  (
    await opened.database.kysely
      .selectFrom('event')
      .select(['name', 'actor', 'data'])
      .where('target_id', '=', kid)
      .orderBy('id')
      .execute()
  ).map(({ name, actor, data }) => ({ name, actor, data }))
const ringAt = (clock: { now(): Date }, text = secret) =>
  createKeyRing({ stores: stores(), sealer: sealerFor(text), clock, cacheSeconds: 5 })
const at = (seconds: number) => addSeconds(start, seconds)
const states = async (now: Date) => (await stores().signingKeys.all()).map((key) => signingKeyState(key, now))

describe('what happens to keys is an event', () => {
  test('making, rotating and retiring each is one, by whoever did it', async () => {
    const [first] = await ensureSigningKeys(deps(), start)
    const kid = first?.kid ?? ''
    const actor = { type: 'operator' }
    const data = { algorithm: 'ES256' }
    expect(await eventsOf(kid)).toEqual([{ name: 'signing_key.created', actor, data }])
    const rotated = await rotateSigningKey(deps(), 'ES256', at(1))
    expect(await eventsOf(rotated.key.kid)).toEqual(
      expect.arrayContaining([
        { name: 'signing_key.created', actor, data },
        { name: 'signing_key.rotated', actor, data: { ...data, predecessor: kid } },
      ]),
    )
    await retireSigningKey(deps(), kid, at(2))
    expect((await eventsOf(kid)).map(({ name }) => name)).toContain('signing_key.retired')
    // Nothing changed, nothing happened.
    await ensureSigningKeys(deps(), at(3))
    expect(await eventsOf(kid)).toHaveLength(2)
  })
})

describe('ensuring', () => {
  test('makes a key for each algorithm once', async () => {
    const made = await ensureSigningKeys(deps(['RS256', 'ES256', 'EdDSA']), start)
    expect(made.map(({ algorithm }) => algorithm)).toEqual(['RS256', 'ES256', 'EdDSA'])
    expect(await ensureSigningKeys(deps(['RS256', 'ES256', 'EdDSA']), at(1))).toEqual([])
    expect(await stores().signingKeys.all()).toEqual(expect.arrayContaining([...made]))
  })

  test('makes the keys of an upgrade known before they sign, one of each, on however many nodes', async () => {
    await ensureSigningKeys(deps(slow), start)
    const nodes = await Promise.all([1, 2, 3].map(() => ensureSigningKeys(deps(signingAlgorithms), at(10))))
    expect(nodes.flat().map(({ algorithm }) => algorithm)).toEqual(['PS256', 'ES256', 'EdDSA'])
    expect(await states(at(10))).toEqual(['active', 'upcoming', 'upcoming', 'upcoming'])
    expect(await states(at(10 + times.propagationSeconds))).toEqual(Array(4).fill('active'))
    expect(await ensureSigningKeys(deps(signingAlgorithms), at(10 + times.propagationSeconds))).toEqual([])
  })

  test('on five nodes that start at once makes one key', async () => {
    const made = await Promise.all([0, 1, 2, 3, 4].map((node) => ensureSigningKeys(deps(slow), at(node))))
    expect(made.flat()).toHaveLength(1)
    expect(await stores().signingKeys.all()).toHaveLength(1)
  })

  test('when a key has signed long enough makes one successor, on however many nodes', async () => {
    await ensureSigningKeys(deps(slow), start)
    const due = at(times.signingSeconds)
    const made = await Promise.all([1, 2, 3, 4, 5].map(() => ensureSigningKeys(deps(slow), due)))
    expect(made.flat()).toHaveLength(1)
    expect(await states(due)).toEqual(['active', 'upcoming'])
    expect(await states(addSeconds(due, times.propagationSeconds))).toEqual(['retiring', 'active'])
  })
})

describe('rotating', () => {
  test('without a key makes the first', async () => {
    expect(await rotateSigningKey(deps(['ES256']), 'ES256', start)).toMatchObject({ outcome: 'first' })
    expect(await states(start)).toEqual(['active'])
  })

  test('an algorithm without a key, beside others that sign, makes it known before it can sign', async () => {
    await ensureSigningKeys(deps(['EdDSA']), start)
    expect(await rotateSigningKey(deps(), 'ES256', start)).toMatchObject({ outcome: 'first' })
    expect(await states(start)).toEqual(['active', 'upcoming'])
  })

  test('at once on five nodes yields exactly one successor, and tells the others of it', async () => {
    await ensureSigningKeys(deps(slow), start)
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map(() => rotateSigningKey(deps(slow), 'RS256', at(10))),
    )
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([...Array(4).fill('pending'), 'successor'])
    expect(new Set(results.map(({ key }) => key.kid)).size).toBe(1)
    expect(await stores().signingKeys.all()).toHaveLength(2)
  })

  test('no token fails to verify on the way, on a node that reads the keys only as often as it must', async () => {
    await ensureSigningKeys(deps(), start)
    const clock = settableClock(at(10))
    const [signing, verifying] = [ringAt(clock), ringAt(clock)]
    const tokens: { jwt: string; expiresAt: Date }[] = []
    const { key } = await rotateSigningKey(deps(), 'ES256', clock.now())
    const kids = new Set<string>()
    while (clock.now() < addSeconds(key.activatesAt, 90_000)) {
      if (clock.now() < addSeconds(key.activatesAt, 600)) {
        const jwt = await signing.signJwt({ algorithm: 'ES256', type: 'JWT', claims: {} })
        tokens.push({ jwt, expiresAt: addSeconds(clock.now(), 86_400) })
      }
      for (const { jwt, expiresAt } of tokens) {
        if (expiresAt < clock.now()) continue
        const { protectedHeader } = await jwtVerify(jwt, verifying.verificationKey)
        kids.add(protectedHeader.kid ?? '')
      }
      clock.forward(clock.now() < addSeconds(key.activatesAt, 600) ? 97 : 7200)
    }
    expect(kids.size).toBe(2)
    expect(JSON.parse((await verifying.publishedKeySet()).body).keys).toHaveLength(1)
  })
})

describe('with another secret than the keys were made with', () => {
  const other = 'another secret, which did not make these keys'

  test('rotating makes no key that would fail the nodes when it is due to sign', async () => {
    const [key] = await ensureSigningKeys(deps(), start)
    const rotating = rotateSigningKey(deps(['ES256'], other), 'ES256', at(10))
    await expect(rotating).rejects.toThrow(UnreadableSigningKey)
    await expect(rotating).rejects.toThrow(`latchkey keys retire ${key?.kid}`)
    expect(await stores().signingKeys.all()).toEqual([key])
  })

  test('nothing that is due is done', async () => {
    const [key] = await ensureSigningKeys(deps(), start)
    for (const now of [at(10), at(times.signingSeconds)]) {
      await expect(ensureSigningKeys(deps(['ES256'], other), now)).rejects.toThrow(UnreadableSigningKey)
    }
    expect(await stores().signingKeys.all()).toEqual([key])
  })

  test('no first key of another algorithm is made', async () => {
    const [key] = await ensureSigningKeys(deps(), start)
    const wrong = deps(['ES256', 'EdDSA'], other)
    await expect(ensureSigningKeys(wrong, at(10))).rejects.toThrow(UnreadableSigningKey)
    await expect(rotateSigningKey(deps(['ES256'], other), 'EdDSA', at(10))).rejects.toThrow(
      UnreadableSigningKey,
    )
    expect(await stores().signingKeys.all()).toEqual([key])
  })

  test('a successor that does not open is heard of before it signs', async () => {
    await ensureSigningKeys(deps(), start)
    const { key } = await rotateSigningKey(deps(), 'ES256', at(10))
    const damaged = { private_jwk_sealed: sealerFor(other).seal('{}', key.kid) }
    await opened.database.kysely.updateTable('signing_key').set(damaged).where('kid', '=', key.kid).execute()
    await expect(ensureSigningKeys(deps(), at(20))).rejects.toThrow(key.kid)
    expect(await retireSigningKey(deps(), key.kid, at(30))).toMatchObject({ wasReadable: false })
    expect(await ensureSigningKeys(deps(), at(40))).toEqual([])
  })

  test('what verifiers are told of, but signs no more, need not open', async () => {
    const [predecessor] = await ensureSigningKeys(deps(), start)
    const kid = predecessor?.kid ?? ''
    const { key } = await rotateSigningKey(deps(), 'ES256', at(10))
    const damaged = { private_jwk_sealed: 'x' }
    await opened.database.kysely.updateTable('signing_key').set(damaged).where('kid', '=', kid).execute()
    expect(await ensureSigningKeys(deps(), key.activatesAt)).toEqual([])
  })
})

describe('retiring', () => {
  test('the signer: it is withdrawn now, and another signs at once', async () => {
    const [old] = await ensureSigningKeys(deps(), start)
    const clock = settableClock(at(60))
    const ring = ringAt(clock)
    const jwt = await ring.signJwt({ algorithm: 'ES256', type: 'JWT', claims: {} })
    const result = await retireSigningKey(deps(), old?.kid ?? '', at(60))
    expect(result).toMatchObject({ outcome: 'retired', wasSigner: true })
    ring.invalidate()
    const signer = await ring.signer('ES256')
    expect(signer.kid).not.toBe(old?.kid)
    expect(result).toMatchObject({ signer: { kid: signer.kid } })
    await expect(jwtVerify(jwt, ring.verificationKey)).rejects.toThrow()
    expect((await ring.publishedKeySet()).body).not.toContain(old?.kid)
  })

  test('on three nodes at once makes one replacement', async () => {
    const [old] = await ensureSigningKeys(deps(slow), start)
    await Promise.all([1, 2, 3].map((node) => retireSigningKey(deps(slow), old?.kid ?? '', at(60 + node))))
    expect((await states(at(70))).sort()).toEqual(['active', 'retired'])
  })

  test('the successor: the key before it signs on beyond the handover', async () => {
    await ensureSigningKeys(deps(), start)
    const { key } = await rotateSigningKey(deps(), 'ES256', at(10))
    const result = await retireSigningKey(deps(), key.kid, at(20))
    expect(result).toMatchObject({ outcome: 'retired', wasSigner: false })
    expect(await states(at(1e6))).toEqual(['active', 'retired'])
  })

  test('is the cure for a lost secret', async () => {
    const [old] = await ensureSigningKeys(deps(), start)
    const other = 'the secret that replaces one which was lost'
    const result = await retireSigningKey(deps(['ES256'], other), old?.kid ?? '', at(60))
    expect(result).toMatchObject({ outcome: 'retired', wasReadable: false })
    const ring = ringAt(settableClock(at(60)), other)
    await ring.signJwt({ algorithm: 'ES256', type: 'JWT', claims: {} })
  })

  test('says so if there is no such key, or it is retired already', async () => {
    const [old] = await ensureSigningKeys(deps(), start)
    expect(await retireSigningKey(deps(), 'key_unknown', at(1))).toEqual({ outcome: 'unknown' })
    await retireSigningKey(deps(), old?.kid ?? '', at(2))
    expect(await retireSigningKey(deps(), old?.kid ?? '', at(3))).toMatchObject({
      outcome: 'already-retired',
      key: { withdrawnAt: at(2) },
    })
  })
})

test('a withdrawn key cannot be given another timetable', async () => {
  const [key] = await ensureSigningKeys(deps(), start)
  const kid = key?.kid ?? ''
  await retireSigningKey(deps(), kid, at(10))
  const timetable = { activatesAt: start, retiresAt: null, withdrawnAt: null }
  expect(await stores().signingKeys.reschedule(kid, timetable, at(10))).toBe(false)
  expect(await stores().signingKeys.reschedule('key_unknown', timetable, at(10))).toBe(false)
})

test('every change is announced to the other nodes', async () => {
  const heard: string[] = []
  await opened.database.listen({ changed: (channel) => heard.push(channel), lost: () => {} })
  const announced = () => expect.poll(() => heard.splice(0)).toContain('latchkey_signing_key')
  const [key] = await ensureSigningKeys(deps(), start)
  await announced()
  await retireSigningKey(deps(), key?.kid ?? '', at(1))
  await announced()
})
