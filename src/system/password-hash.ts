import { argon2Hashing, type Hashing } from './hashing.ts'

/*
 * Hashing passwords is slow and wants memory by design (hashing.ts), so only so many are hashed at once, and a bounded
 * number have a place in the queue: a flood of sign-ins is refused instead of starving tokens.
 */

/** Thrown when too many passwords wait to be hashed; the caller answers 503 with Retry-After. */
export class PasswordHashingBusy extends Error {
  override readonly name = 'PasswordHashingBusy'
  /** Seconds after which a new attempt is sensible. */
  readonly retryAfter = 5

  constructor(reason = 'too many passwords wait to be hashed') {
    super(reason)
  }
}

/** At most so many at once; the others wait for their turn. */
export interface PasswordHashing {
  hash(password: string): Promise<string>
  /** Whether the hash is of any of these, which are forms of one password. */
  verify(hash: string, ...forms: readonly [string, ...string[]]): Promise<boolean>
  /** As long as a verification, for when there is nobody to verify: the answer's time must not tell. */
  pretend(password: string): Promise<void>
  needsRehash(hash: string): boolean
}

/** Each call takes a place of its own. */
export interface PasswordHasher extends PasswordHashing {
  /**
   * Takes a place before anything else is done: who is to be sent away is sent away at once, at no cost, with nothing
   * counted; who is let in is not sent away later.
   *
   * @param work what the place is for, and all that is done with it. It ends by itself, or its place is lost.
   * @throws PasswordHashingBusy
   */
  admit<T>(work: (place: PasswordHashing) => Promise<T>): Promise<T>
  /** How busy it is, and how often it was too busy. */
  load(): HashingLoad
}

export interface HashingLoad {
  readonly running: number
  /** Those who have a place and are not being hashed: they wait for their turn, or for the database. */
  readonly waiting: number
  /** Since it was made. */
  readonly refused: number
}

/** @param hashing where a server hashes: in a process of its own (hashing-process.ts). */
export const createPasswordHasher = (
  limits: { readonly concurrent: number; readonly waiting: number },
  hashing: Hashing = argon2Hashing(),
): PasswordHasher => {
  let taken = 0
  let running = 0
  let refused = 0
  const queue: (() => void)[] = []

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    // The finisher hands its turn over, so `running` does not change here.
    if (running >= limits.concurrent) await new Promise<void>((resolve) => queue.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }

  const place: PasswordHashing = {
    hash: (password) => inTurn(() => hashing.hash(password)),
    verify: (hash, ...forms) => inTurn(() => hashing.verify(hash, forms)),
    pretend: (password) => inTurn(() => hashing.pretend(password)),
    needsRehash: hashing.needsRehash,
  }

  const admit: PasswordHasher['admit'] = async (work) => {
    if (taken >= limits.concurrent + limits.waiting) {
      refused += 1
      throw new PasswordHashingBusy()
    }
    taken += 1
    try {
      return await work(place)
    } finally {
      taken -= 1
    }
  }

  return {
    hash: (password) => admit(({ hash }) => hash(password)),
    verify: (hash, ...forms) => admit(({ verify }) => verify(hash, ...forms)),
    pretend: (password) => admit(({ pretend }) => pretend(password)),
    needsRehash: hashing.needsRehash,
    admit,
    load: () => ({ running, waiting: taken - running, refused }),
  }
}
