import type { AuthorizationDetail, Confirmation } from '../protocol/grant-terms.ts'
import {
  type ClientId,
  type Identifier,
  newUlid,
  parseClientId,
  parseIdentifier,
} from '../protocol/identifiers.ts'
import { printScope } from '../protocol/scope.ts'
import { addSeconds, toEpochSeconds } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import {
  type AuthenticationClaims,
  authenticationClaims,
  readAuthentication,
} from './authentication-claims.ts'
import type { Authorization, ExchangedAuthorization } from './authorization.ts'
import type { Actor, ExchangedToken } from './exchanged-token.ts'
import { type Subject, subjectOfToken } from './subject.ts'
import type { TokenTarget } from './target.ts'

/**
 * The claims of our access tokens: RFC 9068 §2.2, and WorkOS's names where it has them. How the user signed in is absent
 * from a client's own.
 */
export interface AccessTokenClaims extends Partial<AuthenticationClaims> {
  readonly iss: string
  /** RFC 9068 §2.2: the resources it is for, of which one is a text by itself; else the environment. */
  readonly aud: string | readonly string[]
  /** The user, by the name the client has for them; for a client's own token its client ID. */
  readonly sub: Subject
  readonly client_id: ClientId
  readonly org_id?: Identifier<'organization'>
  /** The consent the token stands on. */
  readonly sid?: Identifier<'consent'>
  readonly scope?: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  /** The grant the token stands on (draft-ietf-oauth-grant-management §2); absent in a client's own token. */
  readonly grant_id?: Identifier<'grant'>
  /** The credential the client showed for it: without it, deleting a credential could not end the token. */
  readonly credential_id?: Identifier<'credential'>
  readonly act?: Actor
  /** The first of them is the one that was issued for the grant. */
  readonly exchanged_from?: readonly ExchangedToken[]
  /** RFC 9396 §9.1 */
  readonly authorization_details?: readonly AuthorizationDetail[]
  /** RFC 7800 §3: the key whose holder alone may use it. */
  readonly cnf?: Confirmation
}

export interface AccessTokenSettings {
  readonly issuer: string
  /** The environment's client ID, unless a resource was asked for. */
  readonly audience: string
  /** Unless the application has its own. */
  readonly seconds: number
}

export const accessTokenClaims = (
  authorization: Authorization,
  { subject, confirmation }: { readonly subject: Subject; readonly confirmation: Confirmation | undefined },
  settings: AccessTokenSettings,
  now: Date,
  random: Random,
): AccessTokenClaims => {
  const { client, credentialId, scopes, target } = authorization
  return {
    iss: settings.issuer,
    sub: subject,
    aud: audienceOf(target, settings),
    client_id: client.clientId,
    jti: newUlid(now, random),
    iat: toEpochSeconds(now),
    exp: toEpochSeconds(
      expiryOf(authorization, addSeconds(now, client.accessTokenSeconds ?? settings.seconds)),
    ),
    ...(credentialId && { credential_id: credentialId }),
    ...(confirmation && { cnf: confirmation }),
    // RFC 6749 Appendix A.4: a scope has at least one token, so no scopes is no claim.
    ...(scopes.length > 0 && { scope: printScope(scopes) }),
    ...(target.authorizationDetails.length > 0 && { authorization_details: target.authorizationDetails }),
    ...(authorization.subject === 'client'
      ? { ...(client.organizationId && { org_id: client.organizationId }) }
      : {
          sid: authorization.consentId,
          grant_id: authorization.grantId,
          ...(authorization.organizationId && { org_id: authorization.organizationId }),
          ...(authorization.subject === 'exchange'
            ? exchangeClaims(authorization)
            : // RFC 9470 §6.1
              authenticationClaims(authorization)),
        }),
  }
}

const exchangeClaims = ({ act, exchangedFrom, authentication }: ExchangedAuthorization) => ({
  ...authentication,
  ...(act && { act }),
  exchanged_from: exchangedFrom,
})

/** What was had in exchange lasts no longer than what was given for it. */
const expiryOf = (authorization: Authorization, otherwise: Date): Date =>
  authorization.subject === 'exchange' && authorization.expiresAt < otherwise
    ? authorization.expiresAt
    : otherwise

/** RFC 8707 §2: exactly what was asked for, byte by byte. */
const audienceOf = (
  { resources: [first, ...others] }: TokenTarget,
  { audience }: Pick<AccessTokenSettings, 'audience'>,
): AccessTokenClaims['aud'] => {
  if (first === undefined) return audience
  return others.length === 0 ? first : [first, ...others]
}

/** The claims of a token whose signature has been verified; undefined if it is not one of our access tokens. */
export const readAccessTokenClaims = (
  claims: Readonly<Record<string, unknown>>,
): AccessTokenClaims | undefined => {
  const { iss, sub, jti, iat, exp, scope } = claims
  const aud = readAudience(claims['aud'])
  const clientId = parseClientId(claims['client_id'])
  if (
    typeof iss !== 'string' ||
    aud === undefined ||
    typeof sub !== 'string' ||
    typeof jti !== 'string' ||
    typeof iat !== 'number' ||
    typeof exp !== 'number' ||
    clientId === undefined
  ) {
    return undefined
  }
  const organizationId = parseIdentifier('organization', claims['org_id'])
  const consentId = parseIdentifier('consent', claims['sid'])
  const grantId = parseIdentifier('grant', claims['grant_id'])
  const credentialId = parseIdentifier('credential', claims['credential_id'])
  const confirmation = readConfirmation(claims['cnf'])
  // RFC 7800 §3.1: what is bound in a way that is not understood must not pass for a bearer token.
  if (claims['cnf'] !== undefined && confirmation === undefined) return undefined
  const { authorization_details: details, act, exchanged_from: exchangedFrom } = claims
  return {
    iss,
    aud,
    sub: subjectOfToken(sub),
    client_id: clientId,
    jti,
    iat,
    exp,
    ...(typeof scope === 'string' && { scope }),
    ...(organizationId && { org_id: organizationId }),
    ...(consentId && { sid: consentId }),
    ...(grantId && { grant_id: grantId }),
    ...(credentialId && { credential_id: credentialId }),
    ...(confirmation && { cnf: confirmation }),
    // Signed by ourselves, so they are what was granted, and how it was exchanged.
    ...readAuthentication(claims),
    ...(isObject(act) && { act: act as unknown as Actor }),
    ...(Array.isArray(exchangedFrom) && { exchanged_from: exchangedFrom as ExchangedToken[] }),
    ...(Array.isArray(details) && { authorization_details: details as AuthorizationDetail[] }),
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** RFC 7519 §4.1.3 */
const readAudience = (aud: unknown): AccessTokenClaims['aud'] | undefined => {
  if (typeof aud === 'string') return aud
  return Array.isArray(aud) && aud.every((each) => typeof each === 'string') ? aud : undefined
}

const readConfirmation = (cnf: unknown): Confirmation | undefined => {
  if (typeof cnf !== 'object' || cnf === null) return undefined
  if ('jkt' in cnf && typeof cnf.jkt === 'string') return { jkt: cnf.jkt }
  if ('x5t#S256' in cnf && typeof cnf['x5t#S256'] === 'string') return { 'x5t#S256': cnf['x5t#S256'] }
  return undefined
}
