import { contextClassOf } from '../protocol/authentication-methods.ts'
import { userClaims } from '../protocol/claims.ts'
import { addSeconds, toEpochSeconds } from '../system/clock.ts'
import { leftHalfSha256 } from '../system/hash.ts'
import type { UserAuthorization } from './authorization.ts'

/** OIDC Core §2, §3.1.3.6. `sid` is the browser session (OIDC Front-Channel Logout §3), not the consent. */
export const idTokenClaims = (
  authorization: UserAuthorization,
  {
    issuer,
    seconds,
    accessToken,
  }: {
    readonly issuer: string
    readonly seconds: number
    readonly accessToken: string
  },
  now: Date,
): Record<string, unknown> => ({
  ...userClaims(authorization.user, authorization.scopes),
  iss: issuer,
  sub: authorization.user.id,
  aud: authorization.client.clientId,
  iat: toEpochSeconds(now),
  exp: toEpochSeconds(addSeconds(now, seconds)),
  auth_time: toEpochSeconds(authorization.authenticatedAt),
  amr: authorization.amr,
  acr: contextClassOf(authorization.amr),
  at_hash: leftHalfSha256(accessToken),
  ...(authorization.nonce !== null && { nonce: authorization.nonce }),
  ...(authorization.sessionId !== null && { sid: authorization.sessionId }),
  ...(authorization.organizationId !== null && { org_id: authorization.organizationId }),
})
