import { argon2Hashing } from '../../src/system/hashing.ts'
import {
  createPasswordHasher,
  type PasswordHasher,
  type PasswordHashing,
} from '../../src/system/password-hash.ts'

/** argon2id at next to no cost: thousands of tests sign somebody in, and few are about how long that takes. */
export const quickHasher = (limits = { concurrent: 2, waiting: 1000 }): PasswordHasher =>
  createPasswordHasher(limits, argon2Hashing({ memoryCost: 64, timeCost: 1 }))

/** One that does some of it another way, at every place. */
export const hasherWith = (hasher: PasswordHasher, own: Partial<PasswordHashing>): PasswordHasher => ({
  ...hasher,
  ...own,
  admit: (work) => hasher.admit((place) => work({ ...place, ...own })),
})
