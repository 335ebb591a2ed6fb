import type { SigningKey } from '../../src/signing-keys/signing-key.ts'
import { createSealer } from '../../src/system/encryption.ts'
import { systemRandom } from '../../src/system/random.ts'

export const start = new Date('2026-01-01T00:00:00Z')
export const secret = 'a secret for tests, of thirty-two characters or more'
export const sealerFor = (text: string) => createSealer(text, 'signing-key', systemRandom)

/** A clock that stands where it is put. */
export const settableClock = (instant = start) => {
  let now = instant
  return {
    now: () => now,
    set: (next: Date) => {
      now = next
    },
    forward: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
  }
}

/** For the rules about instants, which never look at the key itself. */
export const keyWith = (fields: Partial<SigningKey> = {}): SigningKey => ({
  kid: 'key_1',
  algorithm: 'RS256',
  publicJwk: {},
  privateJwkSealed: '',
  createdAt: start,
  activatesAt: start,
  retiresAt: null,
  withdrawnAt: null,
  ...fields,
})

/** Names of every private parameter of RFC 7518 §6.2.2, §6.3.2 and §6.4.1. */
export const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
