import { scopeOfClaim, userClaims } from '../protocol/claims.ts'
import type { Subject } from './subject.ts'
import type { UserAccessToken } from './verify.ts'

/** OIDC Core §5.3.2: sub always, and the one of the ID token that came with the access token. */
export interface UserinfoClaims extends Readonly<Record<string, unknown>> {
  readonly sub: Subject
}

/** What the holder of an access token is told of its user. */
export const userinfoClaims = ({
  claims: { sub },
  user,
  scopes,
  terms,
  consentedScopes,
}: UserAccessToken): UserinfoClaims => {
  // Asked for by name, without their scope: told if that scope has been agreed to all the same.
  const byName = Object.entries(terms?.claims?.userinfo ?? {}).filter(([claim]) => {
    const scope = scopeOfClaim(claim)
    return scope !== undefined && consentedScopes.includes(scope)
  })
  return { ...userClaims(user, { scopes, byName: Object.fromEntries(byName) }), sub }
}
