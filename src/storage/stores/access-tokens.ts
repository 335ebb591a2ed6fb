import { type Expression, sql } from 'kysely'
import type { Profile } from '../../protocol/claims.ts'
import type { GrantTerms } from '../../protocol/grant-terms.ts'
import type { ClientId, CredentialId, GrantId, UserId } from '../../protocol/identifiers.ts'
import type { Executor } from '../executor.ts'
import { gatheredInsertion, gatheredReading } from '../gathered.ts'
import { type PlaceOf, statement } from '../statement.ts'
import { membershipHolds, userColumns, withUser } from './authorization-grants.ts'

/** What an access token says of itself that must still be true. */
export interface AccessTokenFacts {
  readonly jti: string
  readonly clientId: ClientId
  /** The credential its client showed; undefined for public clients. */
  readonly credentialId: CredentialId | undefined
}

export interface StandingOfGrant {
  readonly user: Profile & { readonly id: UserId }
  /** What the user agreed to, and has not lost since. */
  readonly consentedScopes: readonly string[]
  readonly terms: GrantTerms | null
}

type Token = {
  readonly jti: string
  readonly clientId: ClientId
  /** Null: its client has none. */
  readonly credentialId: CredentialId | null
}

type TokenOfGrant = Token & { readonly grantId: GrantId; readonly now: Date }

type Tokens = TokenOfGrant & {
  readonly exchangedJtis: string[]
  readonly exchangedClientIds: ClientId[]
  readonly exchangedCredentialIds: (CredentialId | null)[]
}

// Both of the one row there can be, not whether there is one: see membershipHolds.
const credentialHolds = (id: Expression<CredentialId | null>) =>
  sql<boolean>`(${id}::text is null or (
    select credential.application_id from client_credential credential where credential.id = ${id}) = application.id)`

const notRevoked = (jti: Expression<string>) =>
  sql<boolean>`(select revoked.jti from revoked_access_token revoked where revoked.jti = ${jti}) is null`

const holding = (db: Executor, place: PlaceOf<TokenOfGrant>) =>
  db
    .selectFrom('authorization_grant as held')
    .innerJoin('consent', 'consent.id', 'held.consent_id')
    .innerJoin('user', 'user.id', 'consent.user_id')
    .innerJoin('application', 'application.id', 'consent.application_id')
    .select([...userColumns, 'consent.scopes', 'held.terms'])
    .where('held.id', '=', place('grantId'))
    .where('application.client_id', '=', place('clientId'))
    .where('held.revoked_at', 'is', null)
    .where('held.expires_at', '>', place('now'))
    .where(
      sql<boolean>`('offline_access' = any(held.scopes) and 'offline_access' = any(consent.scopes)
        or (select session.expires_at from session where session.id = held.session_id) > ${place('now')})`,
    )
    .where(membershipHolds(sql.ref('consent.user_id'), sql.ref('consent.organization_id')))
    .where(credentialHolds(place('credentialId')))
    .where(notRevoked(place('jti')))

const tokenTypes = { jti: 'text', clientId: 'text', credentialId: 'text' } as const

const reading = gatheredReading({ ...tokenTypes, grantId: 'text', now: 'timestamptz' }, holding)

const readingExchanged = statement((db, place: PlaceOf<Tokens>) =>
  holding(db, place)
    // What each of them says of itself is still true; its client is not that of the grant.
    .where(
      sql<boolean>`not exists (
        select from unnest(${place('exchangedJtis')}::text[], ${place('exchangedClientIds')}::text[],
                           ${place('exchangedCredentialIds')}::text[]) as token(jti, client_id, credential_id)
         where not (${notRevoked(sql.ref('token.jti'))} and exists (
           select from application where application.client_id = token.client_id
             and ${credentialHolds(sql.ref('token.credential_id'))})))`,
    ),
)

const ofClient = gatheredReading(tokenTypes, (db, place: PlaceOf<Token>) =>
  db
    .selectFrom('application')
    .select('scopes')
    .where('client_id', '=', place('clientId'))
    .where(credentialHolds(place('credentialId')))
    .where(notRevoked(place('jti'))),
)

const revoking = gatheredInsertion('revoked_access_token', { jti: 'text', expires_at: 'timestamptz' }, 'jti')

/*
 * Access tokens are JWTs and have no rows; their grants, credentials and applications have. What is deleted takes
 * its consents along, and these their grants (on delete cascade), so a grant that is there proves its user,
 * application, consent and organization to be there too.
 */
export const accessTokens = (db: Executor) => ({
  revoke: async (jti: string, expiresAt: Date): Promise<void> => {
    await revoking(db, { jti, expires_at: expiresAt })
  },

  /**
   * What a token stands on whose grant holds *now*, in one read by primary keys; undefined if it does not. One that was
   * had in exchange (RFC 8693) stands on what it was exchanged for, too: the first of `tokens` is that of the grant, the
   * last the one that is asked about.
   */
  standingOfGrant: async (
    grantId: GrantId,
    [{ jti, clientId, credentialId }, ...exchanged]: readonly [...AccessTokenFacts[], AccessTokenFacts],
    now: Date,
  ): Promise<StandingOfGrant | undefined> => {
    const token = { grantId, jti, clientId, credentialId: credentialId ?? null, now }
    const row =
      exchanged.length === 0
        ? await reading(db, token)
        : await readingExchanged.first(db, {
            ...token,
            exchangedJtis: exchanged.map((one) => one.jti),
            exchangedClientIds: exchanged.map((one) => one.clientId),
            exchangedCredentialIds: exchanged.map((one) => one.credentialId ?? null),
          })
    if (!row) return undefined
    const { user, rest } = withUser(row)
    return { user, consentedScopes: rest.scopes, terms: rest.terms }
  },

  /** The scopes of an application whose own token holds *now*; undefined if it does not. */
  scopesOfClient: async ({
    jti,
    clientId,
    credentialId,
  }: AccessTokenFacts): Promise<string[] | undefined> => {
    const row = await ofClient(db, { jti, clientId, credentialId: credentialId ?? null })
    return row?.scopes
  },
})
