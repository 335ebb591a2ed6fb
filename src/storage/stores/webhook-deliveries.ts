import { sql } from 'kysely'
import type { EventId, WebhookEndpointId } from '../../protocol/identifiers.ts'
import { camelize, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { dueFairly, isTakenBy, type SendingRoom, takenUntil } from '../fair-taking.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { EventRecord } from './events.ts'
import type { WebhookEndpointRecord } from './webhook-endpoints.ts'

export type WebhookDeliveryRecord = Domain<'webhook_delivery'>

/** One that is to be attempted now, and everything it takes. */
export interface DueDelivery extends WebhookDeliveryRecord {
  readonly event: EventRecord
  readonly endpoint: Pick<WebhookEndpointRecord, 'id' | 'endpointUrl' | 'secretSealed'>
}

interface DueKey {
  readonly event_id: EventId
  readonly endpoint_id: WebhookEndpointId
}

export const webhookDeliveries = (db: Executor) => ({
  /**
   * Takes what is due to endpoints that are enabled, fairly. What is taken comes back at `until`, should the node that
   * took it die; so all that sending takes is read in the same statement.
   */
  take: async (room: SendingRoom<WebhookEndpointId>, until: Date, now: Date): Promise<DueDelivery[]> => {
    const due = dueFairly<DueKey>(
      {
        table: 'webhook_delivery',
        item: 'event_id',
        receiver: 'endpoint_id',
        receivers: sql`select id from webhook_endpoint where status = 'enabled'`,
      },
      room,
      now,
    )
    const taken = await db
      .with('due', () => due)
      .with('taken', (cte) =>
        cte
          .updateTable('webhook_delivery')
          .from('due')
          .set(takenUntil(until))
          .whereRef('webhook_delivery.event_id', '=', 'due.event_id')
          .whereRef('webhook_delivery.endpoint_id', '=', 'due.endpoint_id')
          .returningAll('webhook_delivery'),
      )
      .selectFrom('taken')
      .innerJoin('event', 'event.id', 'taken.event_id')
      .innerJoin('webhook_endpoint', 'webhook_endpoint.id', 'taken.endpoint_id')
      .selectAll('taken')
      .select(['name', 'occurred_at', 'actor', 'target_id', 'organization_id', 'data', 'before'])
      .select(['endpoint_url', 'secret_sealed'])
      .execute()
    return taken.map(
      ({
        name,
        occurred_at,
        actor,
        target_id,
        organization_id,
        data,
        before,
        endpoint_url,
        secret_sealed,
        ...delivery
      }) => ({
        ...camelize(delivery),
        event: camelize({
          id: delivery.event_id,
          name,
          occurred_at,
          actor,
          target_id,
          organization_id,
          data,
          before,
        }),
        endpoint: camelize({ id: delivery.endpoint_id, endpoint_url, secret_sealed }),
      }),
    )
  },

  /**
   * What came of an attempt, as `take` gave it. Nothing, if another has begun since, or it was sent once more, which
   * counts attempts anew: that has its own say.
   */
  attempted: async (
    taken: WebhookDeliveryRecord,
    outcome: Pick<WebhookDeliveryRecord, 'nextAttemptAt' | 'deliveredAt' | 'lastStatus' | 'lastError'>,
  ): Promise<void> => {
    await db
      .updateTable('webhook_delivery')
      .set({
        next_attempt_at: outcome.nextAttemptAt,
        delivered_at: outcome.deliveredAt,
        last_status: outcome.lastStatus,
        last_error: outcome.lastError,
      })
      .where('event_id', '=', taken.eventId)
      .where('endpoint_id', '=', taken.endpointId)
      .where(isTakenBy(taken))
      .execute()
  },

  /** Of one endpoint, by event; the newest first, unless asked otherwise. */
  page: async (endpointId: WebhookEndpointId, page: Page): Promise<PageOfRows<WebhookDeliveryRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('webhook_delivery').selectAll().where('endpoint_id', '=', endpointId),
        'webhook_delivery.event_id',
        ({ event_id }) => event_id,
        page,
      ),
      camelize,
    ),

  /** Begins anew, also for an event from before the endpoint was there. Undefined if there is no such event or endpoint. */
  resend: async (
    { eventId, endpointId }: { readonly eventId: EventId; readonly endpointId: WebhookEndpointId },
    now: Date,
  ): Promise<WebhookDeliveryRecord | undefined> => {
    const row = await db
      .insertInto('webhook_delivery')
      .columns(['event_id', 'endpoint_id', 'next_attempt_at', 'created_at'])
      .expression((expression) =>
        expression
          .selectFrom(['event', 'webhook_endpoint'])
          .select(['event.id', 'webhook_endpoint.id as endpoint_id'])
          .select([
            sql<Date>`${now}::timestamptz`.as('next_attempt_at'),
            sql<Date>`${now}::timestamptz`.as('created_at'),
          ])
          .where('event.id', '=', eventId)
          .where('webhook_endpoint.id', '=', endpointId)
          .forKeyShare(['event', 'webhook_endpoint']),
      )
      .onConflict((conflict) =>
        conflict.columns(['event_id', 'endpoint_id']).doUpdateSet({
          attempts: 0,
          next_attempt_at: now,
          delivered_at: null,
          last_status: null,
          last_error: null,
          // By which it is swept: what begins anew is kept as long as what is new.
          created_at: now,
        }),
      )
      .returningAll()
      .executeTakeFirst()
    return row && camelize(row)
  },

  /** At most `limit` of one endpoint. @returns how many there were. */
  deleteSome: async (endpointId: WebhookEndpointId, limit: number): Promise<number> => {
    const { numDeletedRows } = await db
      .deleteFrom('webhook_delivery')
      .where('endpoint_id', '=', endpointId)
      .where('event_id', 'in', (some) =>
        some
          .selectFrom('webhook_delivery')
          .select('event_id')
          .where('endpoint_id', '=', endpointId)
          .limit(limit),
      )
      .executeTakeFirst()
    return Number(numDeletedRows)
  },
})
