import { sql } from 'kysely'
import type { EventId, WebhookEndpointId } from '../../protocol/identifiers.ts'
import { camelize, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { EventRecord } from './events.ts'
import type { WebhookEndpointRecord } from './webhook-endpoints.ts'

export type WebhookDeliveryRecord = Domain<'webhook_delivery'>

/** One that is to be attempted now, and everything it takes. */
export interface DueDelivery extends WebhookDeliveryRecord {
  readonly event: EventRecord
  readonly endpoint: Pick<WebhookEndpointRecord, 'id' | 'endpointUrl' | 'secretSealed'>
}

/** How many a node can send. */
export interface DeliveryRoom {
  readonly limit: number
  readonly perEndpoint: number
  /** Endpoints of which it takes another number. */
  readonly room: ReadonlyMap<WebhookEndpointId, number>
}

interface DueKey {
  readonly event_id: EventId
  readonly endpoint_id: WebhookEndpointId
}

type DeliveryKey = Pick<WebhookDeliveryRecord, 'eventId' | 'endpointId'>

export const webhookDeliveries = (db: Executor) => ({
  /**
   * Takes what is due, a few of each endpoint: one that does not answer must not hold up the others. Two nodes that do so
   * at once take different ones. What is taken comes back at `until`, should the node that took it die.
   */
  take: async (
    { limit, perEndpoint, room }: DeliveryRoom,
    until: Date,
    now: Date,
  ): Promise<DueDelivery[]> => {
    const due = sql<DueKey>`(
      select delivery.event_id, endpoint.id as endpoint_id
        from webhook_endpoint endpoint
        left join unnest(${[...room.keys()]}::text[], ${[...room.values()]}::int[]) as room (endpoint_id, places)
          on room.endpoint_id = endpoint.id
       cross join lateral (
         select event_id from webhook_delivery
          where endpoint_id = endpoint.id and next_attempt_at <= ${now}
          order by next_attempt_at
          limit coalesce(room.places, ${perEndpoint}::int)
            for update skip locked
       ) delivery
       where endpoint.status = 'enabled'
       limit ${limit})`
    const taken = await db
      .with('due', () => due)
      .updateTable('webhook_delivery')
      .from('due')
      .set({ next_attempt_at: until, attempts: sql<number>`attempts + 1` })
      .whereRef('webhook_delivery.event_id', '=', 'due.event_id')
      .whereRef('webhook_delivery.endpoint_id', '=', 'due.endpoint_id')
      .returningAll('webhook_delivery')
      .execute()
    if (taken.length === 0) return []
    const [events, endpoints] = [
      await db
        .selectFrom('event')
        .selectAll()
        .where('id', 'in', [...new Set(taken.map(({ event_id }) => event_id))])
        .execute(),
      await db
        .selectFrom('webhook_endpoint')
        .select(['id', 'endpoint_url', 'secret_sealed'])
        .where('id', 'in', [...new Set(taken.map(({ endpoint_id }) => endpoint_id))])
        .execute(),
    ]
    return taken.flatMap((delivery) => {
      const event = events.find(({ id }) => id === delivery.event_id)
      const endpoint = endpoints.find(({ id }) => id === delivery.endpoint_id)
      // Deleted since, and the delivery with it.
      return event && endpoint
        ? [{ ...camelize(delivery), event: camelize(event), endpoint: camelize(endpoint) }]
        : []
    })
  },

  /** What came of an attempt. Nothing, if another attempt has begun since: that one has its own say. */
  attempted: async (
    { eventId, endpointId, attempts }: DeliveryKey & { readonly attempts: number },
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
      .where('event_id', '=', eventId)
      .where('endpoint_id', '=', endpointId)
      .where('attempts', '=', attempts)
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

  /** Begins anew, also for an event from before the endpoint was there. False if there is no such event or endpoint. */
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
        conflict
          .columns(['event_id', 'endpoint_id'])
          .doUpdateSet({ attempts: 0, next_attempt_at: now, delivered_at: null }),
      )
      .returningAll()
      .executeTakeFirst()
    return row && camelize(row)
  },
})
