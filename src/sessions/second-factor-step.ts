import { type ContextDemand, meets } from '../protocol/authentication-methods.ts'
import type { SecondFactorRule } from '../protocol/settings.ts'
import type { SecondFactors } from '../storage/stores/passkeys.ts'
import { isRecent } from './recent-sign-in.ts'
import type { Proof, SignInProgress } from './sign-in-progress.ts'

/*
 * Pure: whether somebody who has proved one factor is asked for another, which they may show, and whether they may go on
 * without.
 *
 * An authenticator app is asked for from the day it is set up. A passkey is not, by itself: most are made in order to type
 * no password any more, and whoever has lost the one would be shut out by the other. It is taken in an app's place, and
 * where the operator or the request demands a second factor.
 */

export interface SecondFactorFacts extends SecondFactors {
  readonly rule: SecondFactorRule
  /** Passkeys are on, and can be at this address. */
  readonly canHavePasskeys: boolean
}

export type SecondFactorKind = 'totp' | 'passkey'

export interface SecondFactorWanted {
  readonly step: 'second_factor' | 'set_up_second_factor'
  /** One of those. None: it is set up by whoever has signed in just now, and that was too long ago. */
  readonly kinds: readonly SecondFactorKind[]
  /** A code will do: of the app, or one for recovery in the place of what somebody has lost. */
  readonly takesCodes: boolean
  /**
   * What an application asks for is no demand of the operator. OIDC Core §3.1.2.1: it may be a wish; §5.5.1.1: if it is
   * not, going on without fails the request, and the application hears why.
   */
  readonly mayDecline: boolean
}

/** @returns undefined if nothing more is wanted, or nothing more can be had. */
export const wantedSecondFactor = (
  { amr, authenticatedAt, sessionId }: Pick<Proof, 'amr' | 'authenticatedAt' | 'sessionId'>,
  { startedAt, hasDeclinedFactor = false }: Pick<SignInProgress, 'startedAt' | 'hasDeclinedFactor'>,
  facts: SecondFactorFacts,
  demand: ContextDemand | undefined,
): SecondFactorWanted | undefined => {
  const { hasTotp, passkeys, rule, canHavePasskeys } = facts
  const isSwitchedOn = rule !== 'off'
  const isTwoFactors = amr.includes('mfa')
  const isDue = isSwitchedOn && !isTwoFactors && (hasTotp || rule === 'required')
  const isUnmet = !meets(amr, demand)
  if (!isDue && !isUnmet) return undefined
  const mayDecline = !isDue
  if (mayDecline && hasDeclinedFactor) return undefined

  // A code can be read out to somebody else: where the request wants what cannot, it is none of the ways.
  const takesCodes = isSwitchedOn && (isDue || meets([...amr, 'otp', 'mfa'], demand))
  const wanted = (has: boolean): SecondFactorKind[] => [
    ...(takesCodes && hasTotp === has ? (['totp'] as const) : []),
    ...(canHavePasskeys && passkeys > 0 === has ? (['passkey'] as const) : []),
  ]
  const owned = wanted(true)
  if (owned.length > 0) return { step: 'second_factor', kinds: owned, takesCodes, mayDecline }
  const possible = wanted(false)
  if (possible.length === 0) return undefined
  // OWASP ASVS 5 §7.5.1: a session that somebody came by opens the account no further. Whoever signs in is doing it now, though a
  // provider may say that they did so there this morning.
  const kinds = sessionId === undefined || isRecent({ authenticatedAt }, startedAt) ? possible : []
  return { step: 'set_up_second_factor', kinds, takesCodes, mayDecline }
}
