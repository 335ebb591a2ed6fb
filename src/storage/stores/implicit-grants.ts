import { sql } from 'kysely'
import type { GrantTerms } from '../../protocol/grant-terms.ts'
import type { ApplicationId, ConsentId, GrantId, SessionId } from '../../protocol/identifiers.ts'
import { type Domain, json } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { withinConsent } from './authorization-grants.ts'
import {
  consentHolds,
  type NewGrant,
  type Redeemed,
  type RedemptionValues,
  redemption,
  redemptionValues,
  sessionHolds,
} from './redemption.ts'

/** What an authorization that is answered with tokens at once stands on, and what it is for. */
export interface ImplicitAuthorization
  extends Pick<Domain<'authorization_grant'>, 'scopes' | 'authenticatedAt' | 'amr' | 'terms'> {
  readonly grantId: GrantId
  readonly applicationId: ApplicationId
  readonly consentId: ConsentId
  readonly sessionId: SessionId
  readonly nonce: string
}

interface Proof extends RedemptionValues {
  readonly grantId: GrantId
  readonly consentId: ConsentId
  readonly sessionId: SessionId
  readonly scopes: string[]
  readonly nonce: string
  readonly authenticatedAt: Date
  readonly amr: string[]
  readonly terms: string | null
}

const redeeming = redemption<Proof>(
  undefined,
  {
    grantId: 'text',
    consentId: 'text',
    sessionId: 'text',
    scopes: 'text[]',
    nonce: 'text',
    authenticatedAt: 'timestamptz',
    amr: 'text[]',
    terms: 'jsonb',
  },
  (db, place) =>
    db.with('redeemed', (query) =>
      query
        // Under another name than that of the table, which the predicate looks at by itself.
        .selectFrom(['asked', 'consent as agreed'])
        .select([
          'asked.asker',
          sql<GrantId>`${place('grantId')}::text`.as('grant_id'),
          'agreed.id as consent_id',
          sql<SessionId>`${place('sessionId')}::text`.as('session_id'),
          withinConsent(sql`${place('scopes')}::text[]`, sql.ref('agreed.scopes')).as('scopes'),
          sql<string | null>`${place('nonce')}::text`.as('nonce'),
          sql<Date>`${place('authenticatedAt')}::timestamptz`.as('authenticated_at'),
          sql<string[]>`${place('amr')}::text[]`.as('amr'),
          sql<GrantTerms | null>`${place('terms')}::jsonb`.as('terms'),
        ])
        .where('agreed.id', '=', place('consentId'))
        .where(consentHolds(sql.ref('agreed.id'), place('applicationId')))
        .where(sessionHolds(sql`${place('sessionId')}::text`, place('now'))),
    ),
)

/** RFC 6749 §4.2: grants that come into being without a code. */
export const implicitGrants = (db: Executor) => ({
  /**
   * The same statement as the redemption of a code, with the same predicate: the consent is there, its user may act for
   * its organization, and the session is alive.
   *
   * @returns undefined if anything was not as it must be.
   */
  issue: async (
    {
      grantId,
      applicationId,
      consentId,
      sessionId,
      scopes,
      nonce,
      authenticatedAt,
      amr,
      terms,
    }: ImplicitAuthorization,
    grant: NewGrant,
    now: Date,
  ): Promise<Redeemed | undefined> => {
    return redeeming(db, {
      ...redemptionValues(applicationId, grant, undefined, now),
      ...{ grantId, consentId, sessionId, nonce, authenticatedAt },
      scopes: [...scopes],
      amr: [...amr],
      terms: terms && json(terms),
    })
  },
})
