import argon2 from 'argon2'
import { importedVerifier, isImported } from './imported-password-hash.ts'

/*
 * argon2id for passwords that people choose (OWASP: 19 MiB, t=2, p=1). It is slow and wants memory by design, so
 * only so many run at once, and a bounded number wait: a flood of sign-ins is refused instead of starving tokens.
 *
 * Hashes that other systems made are verified here as well, in the same queue, and wanted anew by argon2id.
 */

/** What one guess costs. */
export interface HashingCost {
  /** KiB */
  readonly memoryCost: number
  /** Passes over the memory. */
  readonly timeCost: number
}

const RECOMMENDED_COST: HashingCost = { memoryCost: 19_456, timeCost: 2 }

/** Thrown when too many passwords wait to be hashed; the caller answers 503 with Retry-After. */
export class PasswordHashingBusy extends Error {
  override readonly name = 'PasswordHashingBusy'
  /** Seconds after which a new attempt is sensible. */
  readonly retryAfter = 5
}

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** Whether the hash is of any of these, which are forms of one password and take one place in the queue. */
  verify(hash: string, ...forms: readonly [string, ...string[]]): Promise<boolean>
  /** As long as a verification, for when there is nobody to verify: the answer's time must not tell. */
  pretend(password: string): Promise<void>
  needsRehash(hash: string): boolean
  /** How busy it is, and how often it was too busy. */
  load(): HashingLoad
}

export interface HashingLoad {
  readonly running: number
  readonly waiting: number
  /** Since it was made. */
  readonly refused: number
}

/** @param cost another than recommended is for tests that are about something else. */
export const createPasswordHasher = (
  limits: { readonly concurrent: number; readonly waiting: number },
  cost: HashingCost = RECOMMENDED_COST,
): PasswordHasher => {
  const parameters = { type: argon2.argon2id, ...cost, parallelism: 1 } as const
  let running = 0
  let refused = 0
  const queue: (() => void)[] = []

  const withinLimits = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= limits.concurrent) {
      if (queue.length >= limits.waiting) {
        refused += 1
        throw new PasswordHashingBusy()
      }
      // The finisher hands its place over, so `running` does not change here.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }

  // Made beforehand: the first stranger's answer must not take longer than the others.
  const decoy = argon2.hash('nobody has this password', parameters)
  decoy.catch(() => {})

  return {
    hash: (password) => withinLimits(() => argon2.hash(password, parameters)),
    verify: (hash, ...forms) =>
      withinLimits(async () => {
        const imported = importedVerifier(hash)
        const verify = imported ?? ((password: string) => argon2.verify(hash, password))
        for (const form of forms) if (await verify(form)) return true
        // A salted SHA takes no time: the answer must not come sooner than it does where there is nobody.
        if (imported) await argon2.verify(await decoy, forms[0])
        return false
      }),
    pretend: async (password) => {
      await withinLimits(async () => argon2.verify(await decoy, password))
    },
    needsRehash: (hash) => isImported(hash) || argon2.needsRehash(hash, parameters),
    load: () => ({ running, waiting: queue.length, refused }),
  }
}
