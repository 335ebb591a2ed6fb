import { recordEvent } from '../events/record.ts'
import { isToldOf } from '../events/told.ts'
import type { Stores } from '../storage/index.ts'
import type { Counter } from '../storage/stores/rate-limits.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import type { Random } from '../system/random.ts'

/*
 * How often a password may be tried, on all nodes together: few times for one account (somebody guesses its
 * password), more for one address (somebody tries one password on many accounts; many people share one address).
 *
 * A browser that has signed in to the account before counts by itself. So whoever uses up an account's attempts from
 * elsewhere does not shut out its owner, who is in the browser they always use.
 */

export interface SignInLimits {
  readonly windowSeconds: number
  readonly perEmail: number
  readonly perAddress: number
}

/** Those of WorkOS for an e-mail address. */
export const signInLimits: SignInLimits = { windowSeconds: 60, perEmail: 10, perAddress: 100 }

/** For test environments, where one account signs in hundreds of times a minute. */
export const relaxedSignInLimits: SignInLimits = { windowSeconds: 60, perEmail: 1000, perAddress: 10_000 }

const DAY_SECONDS = 24 * 3600

/** NIST SP 800-63B-4 §3.2.2: no more than 100 consecutive failures, so that patience does not find a password. */
const MAXIMUM_FAILURES = 100

export interface Throttled {
  readonly outcome: 'throttled'
  readonly by: 'email' | 'address'
  readonly retryAfterSeconds: number
  /** The first attempt in this window that is turned away. */
  readonly isFirst: boolean
}

export interface Admitted {
  readonly outcome: 'admitted'
  /** Attempts since the last success, this one included: if it fails, that many in a row have. */
  readonly failures: number
  /** Under which they are counted; a success begins it anew. */
  readonly failuresKey: string
  /** The browser and the account, for remembering that they belong together. */
  readonly pairHash: string | undefined
}

/** Under whom attempts are counted: the account, or the browser that is known to sign in to it. */
export const whoCounts = async (
  stores: Pick<Stores, 'knownBrowsers'>,
  { normalizedEmail, browser }: { readonly normalizedEmail: string; readonly browser: string | undefined },
  now: Date,
): Promise<{ readonly who: string; readonly pairHash: string | undefined }> => {
  // Hashed, so that the tables are no list of who signs in.
  const pairHash = browser === undefined ? undefined : sha256(`sign-in browser ${browser} ${normalizedEmail}`)
  const isKnown = pairHash !== undefined && (await stores.knownBrowsers.has(pairHash, now))
  return { who: isKnown ? pairHash : normalizedEmail, pairHash }
}

const ofNetwork = (
  { windowSeconds, perAddress }: Pick<SignInLimits, 'windowSeconds' | 'perAddress'>,
  address: string,
): Counter => ({ keyHash: sha256(`sign-in address ${networkOf(address)}`), windowSeconds, most: perAddress })

/** Counts a password that is chosen, with those that are tried from that network: there is nothing to guess, but as much to hash. */
export const countChoice = async (
  {
    stores,
    limits,
    random,
  }: {
    readonly stores: Pick<Stores, 'rateLimits' | 'events'>
    readonly limits: SignInLimits
    readonly random: Random
  },
  address: string,
  now: Date,
): Promise<Pick<Throttled, 'outcome' | 'retryAfterSeconds'> | undefined> => {
  const { exceeded } = await stores.rateLimits.countInTurn([ofNetwork(limits, address)], now)
  if (!exceeded) return undefined
  const { isFirst, retryAfterSeconds } = exceeded
  await tellOfThrottled(stores, { by: 'address', isFirst }, address, now, random)
  return { outcome: 'throttled', retryAfterSeconds }
}

/** Counts an attempt, as a failure until it has succeeded. */
export const countAttempt = async (
  stores: Pick<Stores, 'rateLimits' | 'knownBrowsers'>,
  { windowSeconds, perEmail, perAddress }: SignInLimits,
  {
    normalizedEmail,
    address,
    browser,
  }: { readonly normalizedEmail: string; readonly address: string; readonly browser: string | undefined },
  now: Date,
): Promise<Throttled | Admitted> => {
  const { who, pairHash } = await whoCounts(stores, { normalizedEmail, browser }, now)
  const failuresKey = sha256(`sign-in failures ${who}`)
  // The address first: one that is turned away cannot use up the attempts of other people's accounts. Failures last:
  // what was turned away was not tried.
  const counters: readonly (Counter & { readonly by: Throttled['by'] })[] = [
    { by: 'address', ...ofNetwork({ windowSeconds, perAddress }, address) },
    { by: 'email', keyHash: sha256(`sign-in email ${who}`), windowSeconds, most: perEmail },
    { by: 'email', keyHash: failuresKey, windowSeconds: DAY_SECONDS, most: MAXIMUM_FAILURES },
  ]
  const { counts, exceeded } = await stores.rateLimits.countInTurn(counters, now)
  if (exceeded) {
    const { counter, isFirst, retryAfterSeconds } = exceeded
    return { outcome: 'throttled', by: counter.by, isFirst, retryAfterSeconds }
  }
  return { outcome: 'admitted', failures: counts.at(-1) ?? 1, failuresKey, pairHash }
}

/** Tells of what was turned away: once a window, or it would fill the log. */
export const tellOfThrottled = async (
  stores: Pick<Stores, 'rateLimits' | 'events'>,
  { by, isFirst }: Pick<Throttled, 'by' | 'isFirst'>,
  address: string,
  now: Date,
  random: Random,
): Promise<void> => {
  if (!isFirst || !(await isToldOf(stores, address, now))) return
  const data = { by, ip_address: address }
  const actor = { type: 'user' } as const
  await recordEvent(stores, { name: 'sign_in.throttled', targetId: null, data, actor }, now, random)
}
