import { type Expression, sql } from 'kysely'
import type { ApplicationId, ClientId, SessionId } from '../../protocol/identifiers.ts'
import { camelize, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { dueFairly, isTakenBy, type SendingRoom, takenUntil } from '../fair-taking.ts'

export type LogoutDeliveryRecord = Domain<'logout_delivery'>

/** One that is to be attempted now. */
export interface DueLogout extends LogoutDeliveryRecord {
  readonly clientId: ClientId
}

interface DueKey {
  readonly session_id: SessionId
  readonly application_id: ApplicationId
}

/**
 * The part of a statement that ends sessions which queues what applications are to be told.
 *
 * @param ended rows of the table of sessions: those that end before their time. One that expires is told to nobody.
 */
export const queueLogouts = (ended: Expression<unknown>, now: Date) =>
  sql<Record<string, never>>`
    insert into logout_delivery (session_id, application_id, user_id, next_attempt_at, created_at)
    select ended.id, application.id, ended.user_id, ${now}::timestamptz, ${now}::timestamptz
      from ${ended} as ended
      join session_application on session_application.session_id = ended.id
      join application on application.id = session_application.application_id
     where ended.expires_at > ${now} and application.metadata ? 'backchannel_logout_uri'
     -- One that is being deleted is waited for, and left out.
       for key share of application`

export const logoutDeliveries = (db: Executor) => ({
  /** Takes what is due, fairly, and what was never tried before what has failed. What is taken comes back at `until`. */
  take: async (room: SendingRoom<ApplicationId>, until: Date, now: Date): Promise<DueLogout[]> => {
    const due = dueFairly<DueKey>(
      {
        table: 'logout_delivery',
        item: 'session_id',
        receiver: 'application_id',
        receivers: sql`select distinct application_id as id from logout_delivery where next_attempt_at <= ${now}`,
        first: sql`delivery.attempts > 0`,
      },
      room,
      now,
    )
    const taken = await db
      .with('due', () => due)
      .with('taken', (cte) =>
        cte
          .updateTable('logout_delivery')
          .from('due')
          .set(takenUntil(until))
          .whereRef('logout_delivery.session_id', '=', 'due.session_id')
          .whereRef('logout_delivery.application_id', '=', 'due.application_id')
          .returningAll('logout_delivery'),
      )
      .selectFrom('taken')
      .innerJoin('application', 'application.id', 'taken.application_id')
      .selectAll('taken')
      .select('application.client_id')
      .execute()
    return taken.map(camelize)
  },

  /** What came of an attempt, as `take` gave it; false, and nothing changed, if another has begun since. */
  attempted: async (
    taken: LogoutDeliveryRecord,
    outcome: Pick<LogoutDeliveryRecord, 'nextAttemptAt' | 'deliveredAt' | 'lastError'>,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('logout_delivery')
      .set({
        next_attempt_at: outcome.nextAttemptAt,
        delivered_at: outcome.deliveredAt,
        last_error: outcome.lastError,
      })
      .where('session_id', '=', taken.sessionId)
      .where('application_id', '=', taken.applicationId)
      .where(isTakenBy(taken))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  /** Of one session, in the order of their applications. */
  ofSession: async (sessionId: SessionId): Promise<LogoutDeliveryRecord[]> =>
    (
      await db
        .selectFrom('logout_delivery')
        .selectAll()
        .where('session_id', '=', sessionId)
        .orderBy('application_id')
        .execute()
    ).map(camelize),
})
