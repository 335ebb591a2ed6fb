import { argon2Hashing, type Hashing } from './hashing.ts'

/*
 * Hashing passwords is slow and wants memory by design (hashing.ts), so only so many are hashed at once, and a bounded
 * number wait: a flood of sign-ins is refused instead of starving tokens.
 */

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

/** @param hashing where a server hashes: in a process of its own (hashing-process.ts). */
export const createPasswordHasher = (
  limits: { readonly concurrent: number; readonly waiting: number },
  hashing: Hashing = argon2Hashing(),
): PasswordHasher => {
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

  return {
    hash: (password) => withinLimits(() => hashing.hash(password)),
    verify: (hash, ...forms) => withinLimits(() => hashing.verify(hash, forms)),
    pretend: (password) => withinLimits(() => hashing.pretend(password)),
    needsRehash: hashing.needsRehash,
    load: () => ({ running, waiting: queue.length, refused }),
  }
}
