import { userClaims } from '../protocol/claims.ts'
import { claimsByName } from './claims-by-name.ts'
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
  const byName = claimsByName(terms?.claims?.userinfo, consentedScopes)
  return { ...userClaims(user, { scopes, byName }), sub }
}
