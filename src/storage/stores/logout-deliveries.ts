import { type Expression, sql } from 'kysely'
import type { ApplicationId, ClientId, SessionId } from '../../protocol/identifiers.ts'
import { camelize, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type LogoutDeliveryRecord = Domain<'logout_delivery'>

/** One that is to be attempted now. */
export interface DueLogout extends LogoutDeliveryRecord {
  readonly clientId: ClientId
}

/** How many a node can send. */
export interface LogoutRoom {
  readonly limit: number
  readonly perApplication: number
  /** Applications of which it takes another number. */
  readonly room: ReadonlyMap<ApplicationId, number>
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
  /**
   * Takes what is due, a few of each application, of each the first before of any the second, and what was never tried
   * before what has failed: one that does not answer must not hold up the others. Two nodes that do so at once take
   * different ones. What is taken comes back at `until`, should the node that took it die.
   */
  take: async ({ limit, perApplication, room }: LogoutRoom, until: Date, now: Date): Promise<DueLogout[]> => {
    const due = sql<{ readonly session_id: SessionId; readonly application_id: ApplicationId }>`(
      select delivery.session_id, application.id as application_id,
             row_number() over (partition by application.id order by delivery.next_attempt_at) as place
        from (select distinct application_id as id from logout_delivery where next_attempt_at <= ${now}) application
        left join unnest(${[...room.keys()]}::text[], ${[...room.values()]}::int[]) as room (application_id, places)
          on room.application_id = application.id
       cross join lateral (
         select session_id, attempts, next_attempt_at from logout_delivery
          where application_id = application.id and next_attempt_at <= ${now}
          order by next_attempt_at
          limit coalesce(room.places, ${perApplication}::int)
            for update skip locked
       ) delivery
       order by delivery.attempts > 0, place, delivery.next_attempt_at
       limit ${limit})`
    const taken = await db
      .with('due', () => due)
      .with('taken', (cte) =>
        cte
          .updateTable('logout_delivery')
          .from('due')
          .set({ next_attempt_at: until, attempts: sql<number>`attempts + 1` })
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
    { sessionId, applicationId, attempts, nextAttemptAt: lease }: LogoutDeliveryRecord,
    outcome: Pick<LogoutDeliveryRecord, 'nextAttemptAt' | 'deliveredAt' | 'lastError'>,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('logout_delivery')
      .set({
        next_attempt_at: outcome.nextAttemptAt,
        delivered_at: outcome.deliveredAt,
        last_error: outcome.lastError,
      })
      .where('session_id', '=', sessionId)
      .where('application_id', '=', applicationId)
      .where('attempts', '=', attempts)
      .where('next_attempt_at', '=', lease)
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
