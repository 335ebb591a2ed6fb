import { sql } from 'kysely'
import type { ApplicationId, ConsentId, GrantId, SessionId } from '../../protocol/identifiers.ts'
import { type Domain, json } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { withinConsent } from './authorization-grants.ts'
import { consentHolds, issueRedeemed, type NewGrant, type Redeemed, sessionHolds } from './redemption.ts'

/** What an authorization that is answered with tokens at once stands on, and what it is for. */
export interface ImplicitAuthorization
  extends Pick<Domain<'authorization_grant'>, 'scopes' | 'authenticatedAt' | 'amr' | 'terms'> {
  readonly grantId: GrantId
  readonly applicationId: ApplicationId
  readonly consentId: ConsentId
  readonly sessionId: SessionId
  readonly nonce: string
}

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
    const redeeming = db.with('redeemed', (query) =>
      query
        // Under another name than that of the table, which the predicate looks at by itself.
        .selectFrom('consent as agreed')
        .select([
          sql<GrantId>`${grantId}::text`.as('grant_id'),
          'agreed.id as consent_id',
          sql<SessionId>`${sessionId}::text`.as('session_id'),
          withinConsent(sql`${[...scopes]}::text[]`, sql.ref('agreed.scopes')).as('scopes'),
          sql<string | null>`${nonce}::text`.as('nonce'),
          sql<Date>`${authenticatedAt}::timestamptz`.as('authenticated_at'),
          sql<string[]>`${[...amr]}::text[]`.as('amr'),
          sql<typeof terms>`${terms && json(terms)}::jsonb`.as('terms'),
        ])
        .where('agreed.id', '=', consentId)
        .where(consentHolds(sql.ref('agreed.id'), applicationId))
        .where(sessionHolds(sql`${sessionId}::text`, now)),
    )
    return issueRedeemed(redeeming, applicationId, grant, undefined, now)
  },
})
