import { KNOWN_BROWSER_SECONDS } from '../authenticators/known-browser.ts'
import type { NewEvent } from '../events/catalogue.ts'
import { actingAs, recordEvent } from '../events/record.ts'
import { isPowerOfTwo, isToldOf } from '../events/told.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import type { PasswordHasher, PasswordHashing } from '../system/password-hash.ts'
import type { Random } from '../system/random.ts'
import { rehash, verifyPassword } from '../users/password.ts'
import { normalizeEmail, parseEmail, type User } from '../users/user.ts'
import { keptUserAgent } from './browser-session.ts'
import { fingerprintOf, newProof, type Proof } from './sign-in-progress.ts'
import { countAttempt, type SignInLimits, tellOfThrottled } from './sign-in-throttle.ts'

/*
 * The password, as a factor of a sign-in. An attempt is counted before anything is hashed. An unknown user, a user without
 * password and a wrong password get the same answer after the same work, so that nobody learns who has an account
 * (OWASP ASVS 5 §6.3.8).
 */

export interface PasswordProving {
  /** Outside of any transaction: attempts count whatever becomes of them, and hashing must not hold a connection. */
  readonly stores: Pick<Stores, 'users' | 'events' | 'rateLimits' | 'knownBrowsers'>
  readonly transaction: Transaction
  readonly passwordHasher: PasswordHasher
  readonly clock: Clock
  readonly random: Random
  readonly limits: SignInLimits
}

export interface PasswordAttempt {
  readonly email: string
  readonly password: string
  /** IP address of the browser. */
  readonly address: string
  /** What the browser says it is. */
  readonly userAgent?: string | undefined
  /** Tells it from other browsers; one that signed in to this account before has attempts of its own. */
  readonly browser?: string | undefined
}

export type ProvedPassword =
  | { readonly outcome: 'proved'; readonly proof: Proof }
  | { readonly outcome: 'wrong_credentials' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

/**
 * @param place where to hash it; without, one is taken before the attempt is counted.
 * @throws PasswordHashingBusy before anything was done, and the attempt is none.
 */
export type ProvePassword = (attempt: PasswordAttempt, place?: PasswordHashing) => Promise<ProvedPassword>

export const createProvePassword = (proving: PasswordProving): ProvePassword => {
  const prove = provingAt(proving)
  return (attempt, place) =>
    place ? prove(attempt, place) : proving.passwordHasher.admit((taken) => prove(attempt, taken))
}

const provingAt =
  ({ stores, transaction, clock, random, limits }: PasswordProving) =>
  async (
    { email, password, address, userAgent, browser }: PasswordAttempt,
    place: PasswordHashing,
  ): Promise<ProvedPassword> => {
    const now = clock.now()
    // Of somebody who has not proved who they are.
    const record = (event: NewEvent) =>
      recordEvent(stores, { ...event, actor: { type: 'user' } }, now, random)

    const from = { type: 'password', ip_address: address, user_agent: keptUserAgent(userAgent) } as const

    const normalizedEmail = normalizeEmail(email)
    const attempt = await countAttempt(stores, limits, { normalizedEmail, address, browser }, now)
    if (attempt.outcome === 'throttled') {
      await tellOfThrottled(stores, attempt, address, now, random)
      const { outcome, retryAfterSeconds } = attempt
      return { outcome, retryAfterSeconds }
    }

    // A text that is no address is nobody's; the database need not see it.
    const user = parseEmail(email) && (await stores.users.byNormalizedEmail(normalizedEmail))
    const passwordHash = user?.passwordHash ?? null
    const isRight = await verifyPassword(place, passwordHash, password)
    if (!user || passwordHash === null || !isRight) {
      // Whether this is told of must not depend on whether there is such a user: the answer's time would say so.
      if (isPowerOfTwo(attempt.failures) && (await isToldOf(stores, address, now))) {
        await record({
          name: 'authentication.password_failed',
          targetId: user?.id ?? null,
          data: {
            ...from,
            status: 'failed',
            user_id: user?.id ?? null,
            // The account's, never what was typed: that may be anything, a password in the wrong field.
            email: user?.email ?? null,
            error: failureOf(user),
            consecutive_failures: attempt.failures,
          },
        })
      }
      return { outcome: 'wrong_credentials' }
    }

    const rehashed = await rehash(place, passwordHash, password)
    return transaction(async (inside) => {
      // The password that was right may have been changed while it was hashed; the row is the judge, here and at the end.
      if (rehashed && !(await inside.users.rehashPassword(user.id, passwordHash, rehashed))) {
        return { outcome: 'wrong_credentials' }
      }
      await actingAs({ type: 'user', id: user.id }, { stores: inside, now, random }).record({
        name: 'authentication.password_succeeded',
        targetId: user.id,
        data: { ...from, status: 'succeeded', user_id: user.id, email: user.email },
      })
      await inside.rateLimits.reset(attempt.failuresKey)
      if (attempt.pairHash !== undefined) {
        await inside.knownBrowsers.remember(attempt.pairHash, addSeconds(now, KNOWN_BROWSER_SECONDS))
      }
      const passwordFingerprint = fingerprintOf(rehashed ?? passwordHash)
      const proof = newProof(
        { userId: user.id, amr: ['pwd'], authenticatedAt: now, passwordFingerprint },
        random,
      )
      return { outcome: 'proved', proof }
    })
  }

/** For the operator alone: whoever tried gets one answer for all. */
const failureOf = (user: User | undefined) => {
  if (!user) return { code: 'unknown_user', message: 'No user has this e-mail address.' } as const
  return user.passwordHash === null
    ? ({ code: 'no_password', message: 'The user has no password.' } as const)
    : ({ code: 'wrong_password', message: 'The password is wrong.' } as const)
}
