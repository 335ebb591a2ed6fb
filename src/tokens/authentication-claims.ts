import { toldClassOf } from '../protocol/authentication-methods.ts'
import type { GrantTerms } from '../protocol/grant-terms.ts'
import { toEpochSeconds } from '../system/clock.ts'

/** OIDC Core §2, RFC 9068 §2.2.1: what tokens say of how their user signed in. */
export interface AuthenticationClaims {
  readonly auth_time: number
  readonly acr: string
  /** Absent where it is not known: after a sign-in at the operator's own page. */
  readonly amr?: readonly string[]
}

export const authenticationClaims = ({
  authenticatedAt,
  amr,
  terms,
}: {
  readonly authenticatedAt: Date
  readonly amr: readonly string[]
  readonly terms: GrantTerms | null
}): AuthenticationClaims => ({
  auth_time: toEpochSeconds(authenticatedAt),
  acr: toldClassOf(amr, terms?.contextClasses),
  ...(amr.length > 0 && { amr }),
})

/** Those of other claims; none of a token that has none, as those of versions before. */
export const readAuthentication = ({
  auth_time,
  acr,
  amr,
}: Readonly<Record<string, unknown>>): Partial<AuthenticationClaims> => ({
  ...(typeof auth_time === 'number' && { auth_time }),
  ...(typeof acr === 'string' && { acr }),
  // Signed by ourselves, so they are what they were.
  ...(Array.isArray(amr) && { amr: amr as string[] }),
})
