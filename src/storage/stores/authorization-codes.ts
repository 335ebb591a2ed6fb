import { sql } from 'kysely'
import type { Confirmation } from '../../protocol/grant-terms.ts'
import type { ApplicationId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { gatheredInsertion } from '../gathered.ts'
import type { Hash } from '../schema.ts'
import { isBoundTo, keyOf, withBinding, withinConsent } from './authorization-grants.ts'
import {
  consentHolds,
  type FirstRefreshToken,
  type NewGrant,
  type Redeemed,
  type RedemptionValues,
  redemption,
  redemptionValues,
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

const inserting = gatheredInsertion(
  'authorization_code',
  {
    code_hash: 'text',
    grant_id: 'text',
    consent_id: 'text',
    session_id: 'text',
    redirect_uri: 'text',
    redirect_uri_given: 'boolean',
    scopes: 'text[]',
    nonce: 'text',
    code_challenge: 'text',
    authenticated_at: 'timestamptz',
    amr: 'text[]',
    expires_at: 'timestamptz',
    terms: 'jsonb',
  },
  'code_hash',
  // As whoever ends many sessions locks them.
  'session_id',
)

interface Proof extends RedemptionValues {
  readonly codeHash: Hash
  readonly redirectUri: string | null
  readonly codeChallenge: string | null
  readonly key: string | null
}

const redeeming = redemption<Proof>(
  { table: 'authorization_code', key: 'code_hash', place: 'codeHash' },
  { codeHash: 'text', redirectUri: 'text', codeChallenge: 'text', key: 'text' },
  (db, place) =>
    db.with('redeemed', (query) =>
      query
        .updateTable('authorization_code as code')
        .from('asked')
        .set({ redeemed_at: place('now') })
        .where('code.code_hash', '=', place('codeHash'))
        .where('code.redeemed_at', 'is', null)
        .where('code.expires_at', '>', place('now'))
        .where(
          sql<boolean>`coalesce(${place('redirectUri')}::text, case when code.redirect_uri_given then null else code.redirect_uri end) = code.redirect_uri`,
        )
        .where('code.code_challenge', 'is not distinct from', place('codeChallenge'))
        .where(isBoundTo(sql.ref('code.terms'), place('key')))
        .where(consentHolds(sql.ref('code.consent_id'), place('applicationId')))
        .where(sessionHolds(sql.ref('code.session_id'), place('now')))
        .returning([
          'asked.asker',
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
          withBinding(sql.ref('code.terms'), place('binding')).as('terms'),
        ]),
    ),
)

export const authorizationCodes = (db: Executor) => ({
  insert: async ({ terms, ...code }: Omit<AuthorizationCodeRecord, 'redeemedAt'>): Promise<void> => {
    if (!(await inserting(db, { ...snakeCase(code), terms: terms && json(terms) })))
      throw new Error('There is such a code already.')
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
    const { codeHash, applicationId, redirectUri, codeChallenge, confirmation } = proof
    return redeeming(db, {
      ...redemptionValues(applicationId, grant, refreshToken, now),
      codeHash,
      redirectUri: redirectUri ?? null,
      codeChallenge: codeChallenge ?? null,
      key: keyOf(confirmation),
    })
  },
})
