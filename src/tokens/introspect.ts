import type { Client } from '../clients/client.ts'
import { invalidClient } from '../protocol/error.ts'
import type { AuthorizationDetail, Confirmation } from '../protocol/grant-terms.ts'
import { printScope } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import { toEpochSeconds } from '../system/clock.ts'
import {
  type AuthenticationClaims,
  authenticationClaims,
  readAuthentication,
} from './authentication-claims.ts'
import type { Actor } from './exchanged-token.ts'
import { parseRefreshToken, placeInFamily, refreshTokenProblem } from './refresh-token.ts'
import type { Subject } from './subject.ts'
import { inspectAccessToken, type TokenVerification } from './verify.ts'

/** RFC 7662 §2.2; `token_type` says which kind of token it is, as WorkOS does. */
export type Introspection =
  | { readonly active: false }
  | ({
      readonly active: true
      readonly token_type: 'access_token' | 'refresh_token'
      readonly client_id: string
      readonly iss: string
      readonly sub: Subject
      readonly scope?: string
      /** RFC 8693 §4.1 */
      readonly act?: Actor
      /** RFC 9396 §9.2 */
      readonly authorization_details?: readonly AuthorizationDetail[]
      readonly iat: number
      readonly exp: number
      readonly aud?: string | readonly string[]
      readonly jti?: string
      readonly org_id?: string
      readonly sid?: string
      readonly cnf?: Confirmation
    } & Partial<AuthenticationClaims>)

const inactive: Introspection = { active: false }

export interface TokenIntrospection extends TokenVerification {
  readonly stores: Pick<Stores, 'accessTokens' | 'refreshTokens'>
}

/**
 * Whether a token holds *now*, for a client that may know. Unknown, expired, revoked, malformed and other people's
 * tokens answer alike (RFC 7662 §2.2), so that nothing can be learned by trying.
 */
export const introspectToken = async (
  introspection: TokenIntrospection,
  client: Client,
  token: string,
  now: Date,
): Promise<Introspection> => {
  // RFC 7662 §2.1: the endpoint must require some authorization; a public client's name is none.
  if (client.isPublic) throw invalidClient('a public client may not introspect')
  const found = looksLikeJwt(token)
    ? await introspectAccessToken(introspection, token, now)
    : await introspectRefreshToken(introspection, token, now)
  if (!found?.active) return inactive
  // The operator's own applications guard APIs, where everybody's tokens arrive; others see just their own.
  return client.isFirstParty || found.client_id === client.clientId ? found : inactive
}

/** Our handles have no dots; the hint of RFC 7662 §2.1 is not needed to tell the two apart. */
export const looksLikeJwt = (token: string): boolean => token.includes('.')

const introspectAccessToken = async (
  introspection: TokenIntrospection,
  token: string,
  now: Date,
): Promise<Introspection | undefined> => {
  const verified = await inspectAccessToken(introspection, token, now)
  if (!verified) return undefined
  const { claims, scopes } = verified
  const { iss, sub, aud, client_id, jti, iat, exp, org_id, sid, cnf, act, authorization_details } = claims
  return {
    active: true,
    token_type: 'access_token',
    client_id,
    iss,
    sub,
    aud,
    ...(scopes.length > 0 && { scope: printScope(scopes) }),
    ...(act && { act }),
    // RFC 9470 §6.2
    ...readAuthentication({ ...claims }),
    ...(authorization_details && { authorization_details }),
    ...(org_id !== undefined && { org_id }),
    ...(sid !== undefined && { sid }),
    jti,
    iat,
    exp,
    // RFC 8705 §3.2, RFC 9449 §6.2: whoever asks must check the key.
    ...(cnf && { cnf }),
  }
}

const introspectRefreshToken = async (
  { issuer, stores, subjectOf, findClient }: TokenIntrospection,
  token: string,
  now: Date,
): Promise<Introspection | undefined> => {
  const presented = parseRefreshToken(token)
  const found = presented && (await stores.refreshTokens.find(presented.familyHash))
  if (
    !found ||
    placeInFamily(presented, found) !== 'current' ||
    refreshTokenProblem(found, now) !== undefined
  ) {
    return undefined
  }
  const { family, grant } = found
  const client = await findClient(grant.clientId)
  if (!client) return undefined
  return {
    active: true,
    token_type: 'refresh_token',
    client_id: grant.clientId,
    iss: issuer,
    sub: subjectOf(client, grant.user.id),
    scope: printScope(grant.scopes),
    ...(grant.terms?.authorizationDetails && { authorization_details: grant.terms.authorizationDetails }),
    ...(grant.organizationId !== null && { org_id: grant.organizationId }),
    sid: grant.consentId,
    ...authenticationClaims(grant),
    iat: toEpochSeconds(family.issuedAt),
    exp: Math.min(toEpochSeconds(family.expiresAt), toEpochSeconds(grant.expiresAt)),
  }
}
