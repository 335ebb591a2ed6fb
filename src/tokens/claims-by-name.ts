import { scopeOfClaim } from '../protocol/claims.ts'
import type { ClaimRequest } from '../protocol/grant-terms.ts'

/**
 * OIDC Core §5.5: claims that were asked for by name, without their scope, are told if that scope has been agreed to all the
 * same, and still is.
 */
export const claimsByName = (
  asked: Readonly<Record<string, ClaimRequest>> | undefined,
  consentedScopes: readonly string[],
): Readonly<Record<string, ClaimRequest>> =>
  Object.fromEntries(
    Object.entries(asked ?? {}).filter(([claim]) => {
      const scope = scopeOfClaim(claim)
      return scope !== undefined && consentedScopes.includes(scope)
    }),
  )
