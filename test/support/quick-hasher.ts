import { argon2Hashing } from '../../src/system/hashing.ts'
import { createPasswordHasher, type PasswordHasher } from '../../src/system/password-hash.ts'

/** argon2id at next to no cost: thousands of tests sign somebody in, and few are about how long that takes. */
export const quickHasher = (): PasswordHasher =>
  createPasswordHasher({ concurrent: 2, waiting: 1000 }, argon2Hashing({ memoryCost: 64, timeCost: 1 }))
