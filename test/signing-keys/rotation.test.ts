import { describe, expect, test } from 'vitest'
import {
  dueChanges,
  type KeyChange,
  rotationChanges,
  rotationTimes,
  STALE_SECONDS,
  withdrawalChanges,
} from '../../src/signing-keys/rotation.ts'
import {
  isPublished,
  type SigningKey,
  signingKeyAt,
  signingKeyOrSubstitute,
  signingKeyState,
} from '../../src/signing-keys/signing-key.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { keyWith, start } from './keys.ts'

const lifetimes = {
  keySetCacheSeconds: 300,
  cacheSeconds: 5,
  idTokenSeconds: 3600,
  longestAccessTokenSeconds: 86_400,
}
const times = rotationTimes(lifetimes)
const at = (seconds: number) => addSeconds(start, seconds)
const end = times.signingSeconds

/** What the keys are once the changes have been carried out at `now`. */
const changed = (keys: readonly SigningKey[], changes: readonly KeyChange[], now: Date): SigningKey[] => {
  const kept = keys.map((key) => {
    const change = changes.find((one) => one.change === 'reschedule' && one.kid === key.kid)
    return change?.change === 'reschedule' ? { ...key, ...change.timetable } : key
  })
  const created = changes
    .filter((change) => change.change === 'create')
    .map(({ algorithm, activatesAt }) =>
      keyWith({ kid: `made ${now.toISOString()} ${algorithm}`, algorithm, activatesAt, createdAt: now }),
    )
  return [...kept, ...created]
}

describe('how long', () => {
  test('OIDC Core §10.1.1: a successor is published for longer than any copy of the key set is old', () => {
    expect(times.propagationSeconds).toBeGreaterThanOrEqual(lifetimes.keySetCacheSeconds + STALE_SECONDS)
    expect(rotationTimes({ ...lifetimes, cacheSeconds: 900 }).propagationSeconds).toBeGreaterThan(300 + 900)
  })

  test.each([
    [3600, 300],
    [300, 86_400],
  ])('a predecessor outlives ID tokens of %d s and access tokens of %d s', (idTokenSeconds, access) => {
    const { verificationSeconds } = rotationTimes({
      ...lifetimes,
      idTokenSeconds,
      longestAccessTokenSeconds: access,
    })
    expect(verificationSeconds).toBeGreaterThan(Math.max(idTokenSeconds, access))
  })
})

describe('what is due', () => {
  const due = (keys: readonly SigningKey[], now: Date) => dueChanges(keys, ['RS256'], now, times)

  test('a first key for each algorithm signs at once', () => {
    expect(dueChanges([], ['RS256', 'ES256'], start, times)).toEqual([
      { change: 'create', algorithm: 'RS256', activatesAt: start },
      { change: 'create', algorithm: 'ES256', activatesAt: start },
    ])
  })

  test('only the algorithm that has none gets a first key: known before it signs, since others sign', () => {
    expect(dueChanges([keyWith()], ['RS256', 'ES256'], start, times)).toEqual([
      { change: 'create', algorithm: 'ES256', activatesAt: at(times.propagationSeconds) },
    ])
  })

  test.each([
    ['a young key signs', [keyWith()], end - 1, 0],
    ['a key has signed long enough', [keyWith()], end, 2],
    [
      'its successor is on its way',
      [keyWith({ retiresAt: at(end + 60) }), keyWith({ kid: 'b', activatesAt: at(end + 60) })],
      end + 1,
      0,
    ],
    ['it ends and its successor is gone', [keyWith({ retiresAt: at(60), withdrawnAt: at(90) })], 1, 2],
    ['only retiring keys are left', [keyWith({ retiresAt: at(60), withdrawnAt: at(90) })], 61, 1],
    ['only retired keys are left', [keyWith({ retiresAt: at(60), withdrawnAt: at(90) })], 91, 1],
    ['another node, whose clock is ahead, has just made the first', [keyWith({ activatesAt: at(1) })], 0, 0],
  ])('when %s', (_, keys, seconds, changes) => {
    expect(due(keys, at(seconds))).toHaveLength(changes)
  })

  test('what was done is not due again', () => {
    const keys = changed([keyWith()], due([keyWith()], at(end)), at(end))
    expect(due(keys, at(end))).toEqual([])
    expect(due(keys, at(end + times.propagationSeconds))).toEqual([])
  })

  test('a key that would end before its late successor begins goes on until then', () => {
    const keys = [keyWith({ retiresAt: at(60), withdrawnAt: at(90) })]
    const after = changed(keys, due(keys, at(1)), at(1))
    for (const seconds of [61, 91, times.propagationSeconds]) {
      expect(signingKeyState(after[0] ?? keyWith(), at(seconds))).toBe('active')
    }
  })
})

test('the key of an algorithm that only a later version knows is left alone', () => {
  expect(dueChanges([keyWith({ algorithm: 'ML-DSA-65' }), keyWith()], ['RS256'], at(10), times)).toEqual([])
})

test('a key that a version before gave an end, since it had no use for it, is followed without a gap', () => {
  const ending = keyWith({ algorithm: 'ES256', retiresAt: at(100), withdrawnAt: at(200) })
  const keys = changed([ending], dueChanges([ending], ['ES256'], at(20), times), at(20))
  expect(keys).toHaveLength(2)
  for (const seconds of [20, times.propagationSeconds + 19, times.propagationSeconds + 21, 1e6]) {
    expect(signingKeyState(signingKeyAt(keys, 'ES256', at(seconds)) ?? keyWith(), at(seconds))).toBe('active')
  }
})

describe('a rotation', () => {
  const keys = changed([keyWith()], rotationChanges([keyWith()], 'RS256', start, times), start)
  const [predecessor = keyWith(), successor = keyWith()] = keys
  const handover = successor.activatesAt

  test('a key is published before it signs, for as long as verifiers may hold an older key set', () => {
    expect(isPublished(successor, start)).toBe(true)
    expect(signingKeyState(successor, start)).toBe('upcoming')
    expect(handover).toEqual(at(times.propagationSeconds))
  })

  test('the predecessor signs to the instant at which the successor begins', () => {
    const justBefore = new Date(handover.getTime() - 1)
    expect(signingKeyAt(keys, 'RS256', justBefore)?.kid).toBe(predecessor.kid)
    expect(signingKeyState(predecessor, justBefore)).toBe('active')
    expect(signingKeyAt(keys, 'RS256', handover)?.kid).toBe(successor.kid)
    expect(signingKeyState(predecessor, handover)).toBe('retiring')
  })

  test('a predecessor stays published until the last token it signed has expired', () => {
    const lastExpires = addSeconds(handover, 86_400)
    expect(isPublished(predecessor, lastExpires)).toBe(true)
    expect(isPublished(predecessor, addSeconds(handover, times.verificationSeconds))).toBe(false)
  })

  test('while a successor is on its way there is nothing to do', () => {
    expect(rotationChanges(keys, 'RS256', at(1), times)).toEqual([])
  })

  test('of one algorithm leaves the others alone', () => {
    const other = keyWith({ kid: 'other', algorithm: 'ES256' })
    const changes = rotationChanges([keyWith(), other], 'RS256', start, times)
    expect(changes.filter((change) => change.change === 'reschedule').map(({ kid }) => kid)).toEqual([
      'key_1',
    ])
  })

  test('over years there is always exactly one signer, published long enough before', () => {
    let known: SigningKey[] = []
    for (let day = 0; day < 3 * 365; day += 1) {
      const now = at(day * 86_400)
      known = changed(known, dueChanges(known, ['RS256'], now, times), now)
      const active = known.filter((key) => signingKeyState(key, now) === 'active')
      expect(active).toHaveLength(1)
      const [signer = keyWith()] = active
      if (day > 0 && signer.createdAt > start) {
        expect(signer.activatesAt).toEqual(addSeconds(signer.createdAt, times.propagationSeconds))
      }
    }
    expect(known.length).toBe(1 + Math.floor((3 * 365 - 1) / 90))
  })
})

describe('an emergency', () => {
  const withdraw = (keys: readonly SigningKey[], kid: string, now: Date, algorithms = ['RS256'] as const) =>
    changed(keys, withdrawalChanges(keys, kid, algorithms, now), now)

  test('the only signer is withdrawn now, and a new key signs at once', () => {
    const [old, next] = withdraw([keyWith()], 'key_1', at(50))
    expect(old).toMatchObject({ retiresAt: at(50), withdrawnAt: at(50) })
    expect(next).toMatchObject({ algorithm: 'RS256', activatesAt: at(50) })
  })

  test('a successor that is published already takes over at once', () => {
    const keys = changed([keyWith()], rotationChanges([keyWith()], 'RS256', start, times), start)
    const after = withdraw(keys, 'key_1', at(50))
    expect(after).toHaveLength(2)
    expect(after[1]).toMatchObject({ activatesAt: at(50), retiresAt: null })
  })

  test('if the successor is withdrawn, the key before it goes on signing', () => {
    const keys = changed([keyWith()], rotationChanges([keyWith()], 'RS256', start, times), start)
    const [old, successor] = withdraw(keys, keys[1]?.kid ?? '', at(50))
    expect(old).toMatchObject({ retiresAt: null, withdrawnAt: null })
    expect(signingKeyState(successor ?? keyWith(), at(times.propagationSeconds + 1))).toBe('retired')
  })

  test('a retiring key is withdrawn, and nothing else changes', () => {
    const retiring = keyWith({ retiresAt: at(10), withdrawnAt: at(1000) })
    const signer = keyWith({ kid: 'key_2', activatesAt: at(10) })
    const after = withdraw([retiring, signer], 'key_1', at(50))
    expect(after).toEqual([{ ...retiring, withdrawnAt: at(50) }, signer])
  })

  test('the key of an algorithm that only a later version knows is not replaced', () => {
    expect(withdraw([keyWith({ algorithm: 'ML-DSA-65' })], 'key_1', at(50))).toHaveLength(1)
  })

  test('a key that is unknown, or retired already, changes nothing', () => {
    const retired = keyWith({ retiresAt: start, withdrawnAt: at(10) })
    expect(withdrawalChanges([retired], 'key_1', ['RS256'], at(50))).toEqual([])
    expect(withdrawalChanges([retired], 'key_2', ['RS256'], at(50))).toEqual([])
  })
})

describe('an algorithm that joins others', () => {
  const both = ['RS256', 'ES256'] as const
  const join = (known: readonly SigningKey[], now: Date) =>
    changed(known, dueChanges(known, both, now, times), now)

  test('has a key that is published before it signs; where a substitute will do, that signs until then', () => {
    const keys = join([keyWith()], at(10))
    expect(keys.map((key) => signingKeyState(key, at(10)))).toEqual(['active', 'upcoming'])
    const signing = (seconds: number) =>
      signingKeyOrSubstitute(keys, 'ES256', 'RS256', at(seconds))?.algorithm
    expect(signing(10)).toBe('RS256')
    expect(signing(9 + times.propagationSeconds)).toBe('RS256')
    expect(signing(10 + times.propagationSeconds)).toBe('ES256')
    // Where none will, the key that is published signs.
    expect(signingKeyAt(keys, 'ES256', at(10))?.algorithm).toBe('ES256')
  })

  test('does so once', () => {
    const keys = join([keyWith()], at(10))
    expect(dueChanges(keys, both, at(11), times)).toEqual([])
    expect(dueChanges(keys, both, at(11 + times.propagationSeconds), times)).toEqual([])
  })

  test('signs with what there is, if the substitute has no key', () => {
    const keys = [keyWith({ algorithm: 'ES256', activatesAt: at(20) })]
    expect(signingKeyOrSubstitute(keys, 'ES256', 'RS256', at(10))?.algorithm).toBe('ES256')
    expect(signingKeyOrSubstitute([], 'ES256', 'RS256', at(10))).toBeUndefined()
  })
})
