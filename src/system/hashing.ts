import argon2 from 'argon2'
import { importedVerifier, isImported } from './imported-password-hash.ts'

/*
 * argon2id for passwords that people choose (OWASP: 19 MiB, t=2, p=1). Hashes that other systems made are verified here as
 * well, and wanted anew by argon2id.
 */

/** What one guess costs. */
export interface HashingCost {
  /** KiB */
  readonly memoryCost: number
  /** Passes over the memory. */
  readonly timeCost: number
}

const RECOMMENDED_COST: HashingCost = { memoryCost: 19_456, timeCost: 2 }

export type Forms = readonly [string, ...string[]]

/** As many at once as it is asked for. */
export interface Hashing {
  hash(password: string): Promise<string>
  /** Whether the hash is of any of these, which are forms of one password. */
  verify(hash: string, forms: Forms): Promise<boolean>
  /** As long as a verification, for when there is nobody to verify: the answer's time must not tell. */
  pretend(password: string): Promise<void>
  needsRehash(hash: string): boolean
}

const parametersOf = (cost: HashingCost) => ({ type: argon2.argon2id, ...cost, parallelism: 1 }) as const

export const needsRehash =
  (cost: HashingCost = RECOMMENDED_COST): Hashing['needsRehash'] =>
  (hash) =>
    isImported(hash) || argon2.needsRehash(hash, parametersOf(cost))

/** @param cost another than recommended is for tests that are about something else. */
export const argon2Hashing = (cost: HashingCost = RECOMMENDED_COST): Hashing => {
  const parameters = parametersOf(cost)
  // Made beforehand: the first stranger's answer must not take longer than the others.
  const decoy = argon2.hash('nobody has this password', parameters)
  decoy.catch(() => {})
  return {
    hash: (password) => argon2.hash(password, parameters),
    verify: async (hash, forms) => {
      const imported = importedVerifier(hash)
      const verify = imported ?? ((password: string) => argon2.verify(hash, password))
      for (const form of forms) if (await verify(form)) return true
      // A salted SHA takes no time: the answer must not come sooner than it does where there is nobody.
      if (imported) await argon2.verify(await decoy, forms[0])
      return false
    },
    pretend: async (password) => {
      await argon2.verify(await decoy, password)
    },
    needsRehash: needsRehash(cost),
  }
}
