import { describe, expect, test } from 'vitest'
import { checkSigningKeys } from '../../src/doctor/check-signing-keys.ts'
import { rotationTimes } from '../../src/signing-keys/rotation.ts'
import type { SigningKey } from '../../src/signing-keys/signing-key.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { keyWith, sealerFor, secret, start } from '../signing-keys/keys.ts'
import { levelsOf } from './levels.ts'

const DAY = 24 * 3600
const times = rotationTimes({
  keySetCacheSeconds: 300,
  cacheSeconds: 5,
  idTokenSeconds: 300,
  longestAccessTokenSeconds: 300,
  signingSeconds: 90 * DAY,
})
const sealer = sealerFor(secret)
const key = (fields: Partial<SigningKey> = {}) =>
  keyWith({ privateJwkSealed: sealer.seal('{}', fields.kid ?? 'key_1'), ...fields })
const checked = (keys: readonly SigningKey[], days: number) =>
  levelsOf(
    checkSigningKeys({ keys, algorithms: ['RS256'], sealer, times, now: addSeconds(start, days * DAY) }),
  )

describe('signing keys', () => {
  test('that can be read and are of this quarter are fine', () =>
    expect(checked([key()], 90)).toEqual(['ok']))

  test('that nobody has followed are a warning', () => expect(checked([key()], 92)).toEqual(['warning']))

  test('whose successor is on its way are fine', () => {
    const successor = key({ kid: 'key_2', activatesAt: addSeconds(start, 93 * DAY) })
    expect(checked([key(), successor], 92)).toEqual(['ok'])
  })

  test('of another secret are a problem, until they are withdrawn', () => {
    const foreign = { kid: 'key_2', privateJwkSealed: sealerFor('another secret').seal('{}', 'key_2') }
    expect(checked([key(), key(foreign)], 1)).toEqual(['problem'])
    expect(checked([key(), key({ ...foreign, withdrawnAt: start })], 1)).toEqual(['ok'])
  })

  test('are missed, all or those of one algorithm', () => {
    expect(checked([], 1)).toEqual(['warning'])
    // With the others of a deployment that is in use: tokens of that one cannot be signed.
    expect(checked([key({ algorithm: 'ES256' })], 1)).toEqual(['problem'])
  })
})
