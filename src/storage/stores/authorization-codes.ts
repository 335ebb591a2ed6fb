import { sql } from 'kysely'
import type { Confirmation } from '../../protocol/grant-terms.ts'
import type { ApplicationId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { prepared } from '../prepared.ts'
import type { Hash } from '../schema.ts'
import { isBoundTo, withBinding, withinConsent } from './authorization-grants.ts'
import {
  consentHolds,
  type FirstRefreshToken,
  issueRedeemed,
  type NewGrant,
  type Redeemed,
  sessionHolds,
} from './redemption.ts'

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

/** A code with the application it was issued to, whatever has become of it; for saying why it was refused. */
export type KnownCode = Pick<
  AuthorizationCodeRecord,
  'grantId' | 'redirectUri' | 'redirectUriGiven' | 'codeChallenge' | 'expiresAt' | 'redeemedAt' | 'terms'
> & { readonly applicationId: ApplicationId | null }

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
    grant: NewGrant,
    refreshToken: FirstRefreshToken,
    now: Date,
  ): Promise<Redeemed | undefined> => {
    const redeeming = db.with('redeemed', (query) =>
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
        .where(consentHolds(sql.ref('code.consent_id'), proof.applicationId))
        .where(sessionHolds(sql.ref('code.session_id'), now))
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
          withBinding(sql.ref('code.terms'), grant).as('terms'),
        ]),
    )
    return issueRedeemed(redeeming, proof.applicationId, grant, refreshToken, now)
  },
})
