import { compactVerify, errors, type JWTVerifyGetKey } from 'jose'
import { allowsScope, type Client } from '../clients/client.ts'
import type { Confirmation, GrantTerms } from '../protocol/grant-terms.ts'
import { parseScope } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import type { HeldGrant } from '../storage/stores/authorization-grants.ts'
import type { AccessTokenClaims } from './access-token.ts'
import { namesUser, type Subject, type SubjectOf, subjectOfToken } from './subject.ts'
import type { VerifySignature } from './verified-signatures.ts'

/** What verifying one of our own tokens takes. */
export interface TokenVerification {
  readonly issuer: string
  /** Published keys by kid; pins the algorithm of each (RFC 8725 §3.1). */
  readonly keyOf: JWTVerifyGetKey
  readonly verifySignature: VerifySignature
  readonly stores: Pick<Stores, 'accessTokens'>
  readonly subjectOf: SubjectOf
  readonly findClient: (clientId: string) => Promise<Client | undefined>
}

export type TokenUser = HeldGrant['user']

/**
 * An access token whose signature and times are right, and what it stands on *now*. Somebody has it; nobody has proved
 * that it is theirs: good for saying what it is, never for what it opens.
 */
export type InspectedToken = {
  readonly claims: AccessTokenClaims
  /** Of those in its claims, what it still gives: not what has been deleted since. */
  readonly scopes: readonly string[]
} & (
  | { readonly subject: 'client' }
  | {
      readonly subject: 'user'
      readonly user: TokenUser
      readonly terms: GrantTerms | null
      /** What the user agreed to, which may be more than the token is for. */
      readonly consentedScopes: readonly string[]
    }
)

declare const presented: unique symbol

/** One whose holder has proved to have the key that it is bound to, if it is bound to one: `verifyAccessToken` alone makes it. */
export type AccessToken = InspectedToken & { readonly [presented]: true }

/**
 * How a request presents its token: RFC 6750 §2, with the certificate of its connection; or RFC 9449 §7.1, with the
 * key of its proof.
 */
export type TokenPresentation =
  | { readonly scheme: 'Bearer'; readonly certificateThumbprint: string | undefined }
  | { readonly scheme: 'DPoP'; readonly jkt: string }

/** One in the name of a user. */
export type UserAccessToken = Extract<AccessToken, { readonly subject: 'user' }>

/** What an ID token of ours that its client hands back as a hint says. */
export interface IdTokenHint {
  readonly clientId: string
  readonly subject: Subject
  /** What its client calls the session it was issued in. */
  readonly sid: string | undefined
}

/**
 * Reads an ID token of ours. It may have expired (OIDC Core §3.1.2.1, RP-Initiated Logout §4); one whose key is published
 * no more says nothing.
 */
export const readIdTokenHint = async (
  { issuer, keyOf }: Pick<TokenVerification, 'issuer' | 'keyOf'>,
  token: string,
): Promise<IdTokenHint | undefined> => {
  try {
    const { payload, protectedHeader } = await compactVerify(token, keyOf)
    // RFC 8725 §3.11: what is typed as something else, such as a logout token, is none.
    if (protectedHeader.typ !== 'JWT') return undefined
    const claims = JSON.parse(new TextDecoder().decode(payload)) as Readonly<Record<string, unknown>>
    const { iss, aud, sub, sid } = claims
    return iss === issuer && typeof aud === 'string' && typeof sub === 'string'
      ? { clientId: aud, subject: subjectOfToken(sub), sid: typeof sid === 'string' ? sid : undefined }
      : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Whom a hint names to this client; nobody, if it is of another one. */
export const verifyIdTokenHint = async (
  verification: Pick<TokenVerification, 'issuer' | 'keyOf'>,
  token: string,
  client: Pick<Client, 'clientId'>,
): Promise<Subject | undefined> => {
  const hint = await readIdTokenHint(verification, token)
  return hint?.clientId === client.clientId ? hint.subject : undefined
}

/** The one verifier of our own access tokens, for what they open: valid in itself, true *now*, and the holder's. One read. */
export const verifyAccessToken = async (
  verification: TokenVerification,
  token: string,
  presentation: TokenPresentation,
  now: Date,
): Promise<AccessToken | undefined> => {
  const claims = await verification.verifySignature(token, now)
  if (claims === undefined || !isHeldBy(claims.cnf, presentation)) return undefined
  return (await standing(verification, claims, now)) as AccessToken | undefined
}

const isHeldBy = (bound: Confirmation | undefined, presentation: TokenPresentation): boolean => {
  switch (presentation.scheme) {
    case 'DPoP':
      // RFC 9449 §7.1: a token that is bound to no key, or to another, does not become a DPoP token by a proof.
      return bound !== undefined && 'jkt' in bound && bound.jkt === presentation.jkt
    case 'Bearer':
      // RFC 9449 §7.2: a bound token is no bearer token; RFC 8705 §3: but with the certificate it is bound to.
      return (
        bound === undefined ||
        ('x5t#S256' in bound && bound['x5t#S256'] === presentation.certificateThumbprint)
      )
  }
}

/** The same for saying what a token is (RFC 7662), whoever holds it. */
export const inspectAccessToken = async (
  verification: TokenVerification,
  token: string,
  now: Date,
): Promise<InspectedToken | undefined> => {
  const claims = await verification.verifySignature(token, now)
  return claims && standing(verification, claims, now)
}

const standing = async (
  { stores, subjectOf, findClient }: TokenVerification,
  claims: AccessTokenClaims,
  now: Date,
): Promise<InspectedToken | undefined> => {
  const facts = { jti: claims.jti, clientId: claims.client_id, credentialId: claims.credential_id }
  const issued = parseScope(claims.scope)
  if (claims.grant_id === undefined) {
    const scopes = await stores.accessTokens.scopesOfClient(facts)
    return (
      scopes && {
        subject: 'client',
        claims,
        scopes: issued.filter((scope) => allowsScope({ scopes }, scope)),
      }
    )
  }
  const exchangedFrom = (claims.exchanged_from ?? []).map(({ jti, client_id, credential_id }) => ({
    jti,
    clientId: client_id,
    credentialId: credential_id,
  }))
  const held = await stores.accessTokens.standingOfGrant(claims.grant_id, [...exchangedFrom, facts], now)
  if (!held) return undefined
  const { user, terms, consentedScopes } = held
  if (claims.sub !== (user.id as string)) {
    // Only a client with pairwise subjects is looked up; it nearly always is in memory.
    const client = await findClient(claims.client_id)
    if (!client || !namesUser(subjectOf, claims.sub, client, user.id)) return undefined
  }
  const scopes = issued.filter((scope) => consentedScopes.includes(scope))
  return { subject: 'user', claims, user, scopes, terms, consentedScopes }
}
