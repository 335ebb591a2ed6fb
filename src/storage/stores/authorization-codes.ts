import { sql } from 'kysely'
import type { Confirmation } from '../../protocol/grant-terms.ts'
import type { ApplicationId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { prepared } from '../prepared.ts'
import type { Hash } from '../schema.ts'
import {
  type HeldGrant,
  isBoundTo,
  membershipHolds,
  userColumns,
  withConfirmation,
  withinConsent,
  withUser,
} from './authorization-grants.ts'

export type AuthorizationCodeRecord = Domain<'authorization_code'>

/** What whoever redeems a code has to show (RFC 6749 §4.1.3, RFC 7636 §4.6). */
export interface CodeProof {
  readonly codeHash: Hash
  readonly applicationId: ApplicationId
  /** Undefined if not sent, which is right only if the authorization request had none either. */
  readonly redirectUri: string | undefined
  /** Of the verifier; undefined if none was sent, which is right only without a challenge. */
  readonly codeChallenge: string | undefined
  /** The key whose possession was proved, which is right for a code that is bound to none, or to this one. */
  readonly confirmation: Confirmation | undefined
}

export type RedeemedCode = Pick<
  AuthorizationCodeRecord,
  'grantId' | 'consentId' | 'sessionId' | 'scopes' | 'nonce' | 'authenticatedAt' | 'amr' | 'terms'
> &
  Pick<HeldGrant, 'user' | 'organizationId'>

/** A code with the application it was issued to, whatever has become of it; for saying why it was refused. */
export type KnownCode = Pick<
  AuthorizationCodeRecord,
  'grantId' | 'redirectUri' | 'redirectUriGiven' | 'codeChallenge' | 'expiresAt' | 'redeemedAt' | 'terms'
> & { readonly applicationId: ApplicationId | null }

/** The consent or session ended between two looks of one statement at them. */
const FOREIGN_KEY_VIOLATION = '23503'

export const authorizationCodes = (db: Executor) => ({
  insert: async ({ terms, ...code }: Omit<AuthorizationCodeRecord, 'redeemedAt'>): Promise<void> => {
    await db
      .insertInto('authorization_code')
      .values({ ...snakeCase(code), terms: terms && json(terms) })
      .modifyEnd(prepared)
      .execute()
  },

  find: async (codeHash: Hash): Promise<KnownCode | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('authorization_code as code')
        .leftJoin('consent', 'consent.id', 'code.consent_id')
        .select([
          'code.grant_id',
          'code.redirect_uri',
          'code.redirect_uri_given',
          'code.code_challenge',
          'code.expires_at',
          'code.redeemed_at',
          'code.terms',
          'consent.application_id',
        ])
        .where('code.code_hash', '=', codeHash)
        .executeTakeFirst(),
    ),

  /**
   * RFC 6749 §4.1.2: of concurrent redemptions exactly one gets the row. The predicate is the whole proof, so who
   * merely stole a code can neither use it nor use it up. The grant, and its refresh token where there is one, come
   * into being in the same statement.
   *
   * @returns what was redeemed, or undefined if anything was not as it must be.
   */
  redeem: async (
    proof: CodeProof,
    grant: {
      readonly expiresAt: Date
      readonly offlineExpiresAt: Date
      /** The key that its refresh tokens are bound to. */
      readonly confirmation: Confirmation | undefined
      /** The application is to be told when the session ends. */
      readonly hearsOfLogout: boolean
    },
    refreshToken: { readonly familyHash: Hash; readonly hash: Hash; readonly expiresAt: Date },
    now: Date,
  ): Promise<RedeemedCode | undefined> => {
    const statement = db
      .with('redeemed', (query) =>
        query
          .updateTable('authorization_code as code')
          .set({ redeemed_at: now })
          .where('code.code_hash', '=', proof.codeHash)
          .where('code.redeemed_at', 'is', null)
          .where('code.expires_at', '>', now)
          .where(
            sql<boolean>`coalesce(${proof.redirectUri ?? null}::text, case when code.redirect_uri_given then null else code.redirect_uri end) = code.redirect_uri`,
          )
          .where('code.code_challenge', 'is not distinct from', proof.codeChallenge ?? null)
          .where(isBoundTo(sql.ref('code.terms'), proof.confirmation))
          .where(
            sql<boolean>`exists (select from consent
              where consent.id = code.consent_id and consent.application_id = ${proof.applicationId}
                and ${membershipHolds(sql.ref('consent.user_id'), sql.ref('consent.organization_id'))})`,
          )
          .where(
            sql<boolean>`exists (select from session where session.id = code.session_id and session.expires_at > ${now})`,
          )
          .returning([
            'code.grant_id',
            'code.consent_id',
            'code.session_id',
            withinConsent(
              sql.ref('code.scopes'),
              sql`(select consent.scopes from consent where consent.id = code.consent_id)`,
            ).as('scopes'),
            'code.nonce',
            'code.authenticated_at',
            'code.amr',
            withConfirmation(sql.ref('code.terms'), grant.confirmation).as('terms'),
          ]),
      )
      .with('granted', (query) =>
        query
          .insertInto('authorization_grant')
          .columns([
            'id',
            'consent_id',
            'session_id',
            'scopes',
            'authenticated_at',
            'amr',
            'created_at',
            'expires_at',
            'terms',
          ])
          .expression((from) =>
            from.selectFrom('redeemed').select([
              'grant_id',
              'consent_id',
              'session_id',
              'scopes',
              'authenticated_at',
              'amr',
              sql<Date>`${now}::timestamptz`.as('created_at'),
              sql<Date>`case when 'offline_access' = any(scopes)
                  then ${grant.offlineExpiresAt}::timestamptz else ${grant.expiresAt}::timestamptz end`.as(
                'expires_at',
              ),
              'terms',
            ]),
          ),
      )
      .with('first', (query) =>
        query
          .insertInto('refresh_token')
          .columns(['family_hash', 'grant_id', 'token_hash', 'issued_at', 'expires_at'])
          .expression((from) =>
            from
              .selectFrom('redeemed')
              .select([
                sql<string>`${refreshToken.familyHash}::text`.as('family_hash'),
                'grant_id',
                sql<string>`${refreshToken.hash}::text`.as('token_hash'),
                sql<Date>`${now}::timestamptz`.as('issued_at'),
                sql<Date>`${refreshToken.expiresAt}::timestamptz`.as('expires_at'),
              ])
              // OIDC Core §11: a refresh token is for offline_access.
              .where(sql<boolean>`'offline_access' = any(scopes)`),
          ),
      )
      // OIDC Back-Channel Logout §2.1: the provider has to keep track of the applications a session signed in to.
      .with('signed_in', (query) =>
        query
          .insertInto('session_application')
          .columns(['session_id', 'application_id'])
          .expression((from) =>
            from
              .selectFrom('redeemed')
              .select(['session_id', sql<ApplicationId>`${proof.applicationId}::text`.as('application_id')])
              .where(sql<boolean>`${grant.hearsOfLogout}::boolean`),
          )
          .onConflict((conflict) => conflict.doNothing()),
      )
      .selectFrom('redeemed')
      .innerJoin('consent', 'consent.id', 'redeemed.consent_id')
      .innerJoin('user', 'user.id', 'consent.user_id')
      .select([
        'redeemed.grant_id',
        'redeemed.consent_id',
        'redeemed.session_id',
        'redeemed.scopes',
        'redeemed.nonce',
        'redeemed.authenticated_at',
        'redeemed.amr',
        'redeemed.terms',
        'consent.organization_id',
        ...userColumns,
      ])
      .modifyEnd(prepared)
    try {
      const row = await statement.executeTakeFirst()
      if (!row) return undefined
      const { user, rest } = withUser(row)
      return { ...rest, user }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === FOREIGN_KEY_VIOLATION) return undefined
      throw error
    }
  },
})
