import type { ContextDemand } from '../protocol/authentication-methods.ts'
import type { IdentityProviderId } from '../protocol/identifiers.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { UserRecord } from '../storage/stores/users.ts'
import { normalizeEmail } from '../users/user.ts'
import { type SecondFactorFacts, wantedSecondFactor } from './second-factor-step.ts'
import { fingerprintOf, type Proof, type SignInProgress } from './sign-in-progress.ts'

/*
 * Pure: what somebody who signs in does next, from what they have shown so far and from facts alone. No page knows which
 * comes after it.
 */

/** `over`: what was proved holds no more, and they begin anew. `done`: a session may start. */
export type SignInStep =
  | ('email' | 'password')
  | ('sign_up' | 'email_code' | 'create_account' | 'new_password' | 'verify_email')
  | ('second_factor' | 'set_up_second_factor')
  | 'identity_provider'
  | ('over' | 'done')

/** As of now. */
export interface SignInFacts {
  /** The one that was proved; undefined if there is none, or no such user any more. */
  readonly user: Pick<UserRecord, 'id' | 'passwordHash' | 'emailVerified' | 'normalizedEmail'> | undefined
  /** They have what they showed, and it is taken. */
  readonly isStillTheirs: boolean
  /** Who is signed in with this browser. */
  readonly session: Pick<LiveSession, 'id' | 'userId'> | undefined
  /** What the request wants, if it wants anything. */
  readonly demand: ContextDemand | undefined
  /** The operator wants nobody in whose address is not proved to be theirs. */
  readonly requiresVerifiedEmail: boolean
  /** Of the user that was proved. */
  readonly secondFactors?: SecondFactorFacts | undefined
  /** At one of which whoever has the address of this sign-in has to sign in; none: wherever they like. */
  readonly requiredProviders: readonly { readonly id: IdentityProviderId }[]
}

export const signInStep = (progress: SignInProgress, facts: SignInFacts): SignInStep => {
  const { email, proved } = progress
  if ((proved || email !== undefined) && !isVouchedFor(progress, facts)) return 'identity_provider'
  if (!proved) return firstFactorStep(progress)
  if (!holds(proved, facts)) return 'over'
  if (facts.requiresVerifiedEmail && facts.user?.emailVerified === false) return 'verify_email'
  const wanted =
    facts.secondFactors && wantedSecondFactor(proved, progress, facts.secondFactors, facts.demand)
  return wanted?.step ?? 'done'
}

const firstFactorStep = ({ email, emailCode, provedEmail, isSigningUp }: SignInProgress): SignInStep => {
  if (emailCode && provedEmail === undefined) return 'email_code'
  if (emailCode) return emailCode.purpose === 'reset_password' ? 'new_password' : 'create_account'
  if (email !== undefined) return 'password'
  return isSigningUp ? 'sign_up' : 'email'
}

/**
 * By a provider that their organization demands, where it does. It has vouched for whoever is about to connect its identity
 * with their account; and of somebody who is signed in only more is wanted.
 */
const isVouchedFor = (
  { proved, linking }: SignInProgress,
  { requiredProviders, user }: SignInFacts,
): boolean => {
  if (requiredProviders.length === 0 || proved?.sessionId !== undefined) return true
  const isRequired = (providerId: IdentityProviderId | undefined) =>
    requiredProviders.some(({ id }) => id === providerId)
  return (
    isRequired(proved?.providerId) ||
    (isRequired(linking?.providerId) &&
      (user === undefined || user.normalizedEmail === normalizeEmail(linking?.email ?? '')))
  )
}

/** Whether what was proved some minutes ago is so still. */
const holds = (proved: Proof, { user, isStillTheirs, session }: SignInFacts): boolean => {
  if (user?.id !== proved.userId || !isStillTheirs) return false
  if (proved.sessionId !== undefined && proved.sessionId !== session?.id) return false
  return (
    proved.passwordFingerprint === undefined ||
    fingerprintOf(user.passwordHash) === proved.passwordFingerprint
  )
}
