import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Counter } from '../storage/stores/rate-limits.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import { KNOWN_BROWSER_SECONDS } from './known-browser.ts'

/*
 * How often a code may be tried, on all nodes together. Whoever tries has proved the first factor, and three of a million
 * codes are right at any time.
 *
 * A browser in which the user has proved a second factor before counts by itself, and so do recovery codes: whoever knows
 * somebody's password uses up the attempts from elsewhere and shuts out nobody.
 */

export interface CodeLimits {
  readonly windowSeconds: number
  readonly perUser: number
  readonly perAddress: number
  /** In a day, in a row. */
  readonly failures: number
}

/** RFC 6238 §5.1, RFC 4226 §7.3: with twenty failures a day a guess succeeds once in 45 years of trying. */
export const codeLimits: CodeLimits = { windowSeconds: 60, perUser: 5, perAddress: 50, failures: 20 }

/** For test environments. */
export const relaxedCodeLimits: CodeLimits = {
  windowSeconds: 60,
  perUser: 500,
  perAddress: 5000,
  failures: 2000,
}

const DAY_SECONDS = 24 * 3600

export interface CodeAttempt {
  readonly userId: UserId
  readonly kind: 'totp' | 'recovery'
  readonly address: string
  readonly browser: string
}

export type CountedAttempt =
  | { readonly outcome: 'throttled'; readonly isFirst: boolean; readonly retryAfterSeconds: number }
  | {
      readonly outcome: 'admitted'
      /** In a row, this one included if it fails. */
      readonly failures: number
      readonly failuresKey: string
      readonly pairHash: string
    }

/** Counts an attempt, as a failure until it has succeeded. */
export const countCodeAttempt = async (
  stores: Pick<Stores, 'rateLimits' | 'knownBrowsers'>,
  { windowSeconds, perUser, perAddress, failures }: CodeLimits,
  { userId, kind, address, browser }: CodeAttempt,
  now: Date,
): Promise<CountedAttempt> => {
  const pairHash = sha256(`second factor browser ${browser} ${userId}`)
  const who = (await stores.knownBrowsers.has(pairHash, now)) ? pairHash : userId
  const failuresKey = sha256(`second factor failures ${kind} ${who}`)
  // The address first: one that is turned away cannot use up the attempts of other people's accounts.
  const counters: readonly Counter[] = [
    { keyHash: sha256(`second factor address ${networkOf(address)}`), windowSeconds, most: perAddress },
    { keyHash: sha256(`second factor ${kind} ${who}`), windowSeconds, most: perUser },
    { keyHash: failuresKey, windowSeconds: DAY_SECONDS, most: failures },
  ]
  const { counts, exceeded } = await stores.rateLimits.countInTurn(counters, now)
  if (exceeded) {
    const { isFirst, retryAfterSeconds } = exceeded
    return { outcome: 'throttled', isFirst, retryAfterSeconds }
  }
  return { outcome: 'admitted', failures: counts.at(-1) ?? 1, failuresKey, pairHash }
}

/** It was right: failures begin anew, and the browser is known from now on. */
export const codeWasRight = async (
  stores: Pick<Stores, 'rateLimits' | 'knownBrowsers'>,
  { failuresKey, pairHash }: { readonly failuresKey: string; readonly pairHash: string },
  now: Date,
): Promise<void> => {
  await stores.rateLimits.reset(failuresKey)
  await stores.knownBrowsers.remember(pairHash, addSeconds(now, KNOWN_BROWSER_SECONDS))
}
