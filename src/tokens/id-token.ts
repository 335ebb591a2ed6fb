import { takesPartInLogout } from '../clients/client.ts'
import { userClaims } from '../protocol/claims.ts'
import type { IdTokenUserClaims } from '../protocol/settings.ts'
import { hashOf, type SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import { addSeconds, toEpochSeconds } from '../system/clock.ts'
import { leftHalfOf } from '../system/hash.ts'
import { authenticationClaims } from './authentication-claims.ts'
import type { UserAuthorization } from './authorization.ts'
import { claimsByName } from './claims-by-name.ts'
import type { Sid } from './sid.ts'
import type { Subject } from './subject.ts'

/** OIDC Core §2, with the claims about the user that were asked for. */
export interface IdTokenClaims extends Readonly<Record<string, unknown>> {
  readonly iss: string
  readonly sub: Subject
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly auth_time: number
}

/**
 * OIDC Core §2, §3.1.3.6. `sid` names the browser session (OIDC Front-Channel Logout §3), not the consent. There is no azp,
 * since the client is the only audience, and no c_hash, since the token does not come beside a code (§3.3.2.11).
 */
export const idTokenClaims = (
  authorization: UserAuthorization,
  {
    issuer,
    subject,
    sid,
    seconds,
    userClaimsAre,
    accessToken,
    algorithm,
  }: {
    readonly issuer: string
    readonly subject: Subject
    /** Of the session, if it stands on one. */
    readonly sid: Sid | undefined
    readonly seconds: number
    readonly userClaimsAre: IdTokenUserClaims
    /** That it comes beside, if there is one. */
    readonly accessToken: string | undefined
    /** That it is signed with. */
    readonly algorithm: SigningAlgorithm
  },
  now: Date,
): IdTokenClaims => ({
  ...userClaims(authorization.user, {
    // OIDC Core §5.4: without an access token there is no other place to ask for them.
    scopes: userClaimsAre === 'by_scope' || accessToken === undefined ? authorization.scopes : [],
    byName: claimsByName(authorization.terms?.claims?.id_token, authorization.consentedScopes),
  }),
  iss: issuer,
  sub: subject,
  aud: authorization.client.clientId,
  iat: toEpochSeconds(now),
  exp: toEpochSeconds(addSeconds(now, seconds)),
  ...authenticationClaims(authorization),
  // OIDC Core §3.1.3.6, §3.2.2.9
  ...(accessToken !== undefined && { at_hash: leftHalfOf(hashOf(algorithm), accessToken) }),
  ...(authorization.nonce !== null && { nonce: authorization.nonce }),
  // OIDC Front-Channel Logout §3: for clients that can make use of it. Where nothing is told unasked, for them alone.
  ...(sid !== undefined &&
    (userClaimsAre === 'by_scope' || takesPartInLogout(authorization.client)) && { sid }),
  ...(authorization.organizationId !== null && { org_id: authorization.organizationId }),
})
