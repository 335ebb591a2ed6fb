import { type SelectQueryBuilder, sql } from 'kysely'
import type { AskableEventName } from '../../protocol/foreign-event-name.ts'
import { firstIdentifierAt, type OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows, pageRowsOfAll } from '../page.ts'
import type { Row, Schema } from '../schema.ts'

export type EventRecord = Domain<'event'>

/** Which events are wanted; all of them, if nothing is said. */
export interface EventFilter {
  readonly names?: readonly AskableEventName[] | undefined
  readonly organizationId?: OrganizationId | undefined
  /** Who did it. */
  readonly actorId?: string | undefined
  /** What it was done to. */
  readonly targetId?: string | undefined
  /** From this instant on. */
  readonly from?: Date | undefined
  /** Up to this instant, and without it. */
  readonly to?: Date | undefined
}

const MOST_AT_ONCE = 1_000

export const events = (db: Executor) => ({
  /**
   * With their deliveries to every endpoint that wants them, in one statement: nothing is lost, and nothing is sent that
   * did not happen. An endpoint that is being deleted is waited for, and passed over; one that is disabled gets its delivery,
   * which waits until it is enabled. Of very many, in parts: a statement has at most 65535 parameters.
   */
  append: async (...events: readonly EventRecord[]): Promise<void> => {
    for (let from = 0; from < events.length; from += MOST_AT_ONCE) {
      await appendPart(db, events.slice(from, from + MOST_AT_ONCE))
    }
  },

  byId: async (id: EventRecord['id']): Promise<EventRecord | undefined> =>
    camelizeOptional(await db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirst()),

  /** The newest first, unless asked otherwise. */
  page: async (filter: EventFilter, page: Page): Promise<PageOfRows<EventRecord>> => {
    const { names, organizationId, actorId, targetId, from, to } = filter
    let query: SelectQueryBuilder<Schema, 'event', Row<'event'>> = db.selectFrom('event').selectAll()
    if (organizationId !== undefined) query = query.where('organization_id', '=', organizationId)
    if (actorId !== undefined) query = query.where(sql<boolean>`actor ->> 'id' = ${actorId}`)
    if (targetId !== undefined) query = query.where('target_id', '=', targetId)
    // The ID begins with the time, and every index ends with the ID.
    if (from !== undefined) query = query.where(sql<boolean>`id >= ${firstIdentifierAt('event', from)}`)
    if (to !== undefined) query = query.where(sql<boolean>`id < ${firstIdentifierAt('event', to)}`)
    const idOf = ({ id }: Row<'event'>) => id
    return mapPage(
      names === undefined
        ? await pageRows(query, 'id', idOf, page)
        : await pageRowsOfAll(
            db,
            [...new Set(names)].map((name) => query.where('name', '=', name)),
            'id',
            idOf,
            page,
          ),
      camelize,
    )
  },

  /** The events of one name, the oldest first. */
  byName: async (name: string, limit: number): Promise<EventRecord[]> => {
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .where('name', '=', name)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(camelize)
  },
})

const appendPart = async (db: Executor, events: readonly EventRecord[]): Promise<void> => {
  await db
    .with('written', (cte) =>
      cte
        .insertInto('event')
        .values(
          events.map((event) => ({
            ...snakeCase(event),
            actor: json(event.actor),
            data: json(event.data),
            before: event.before && json(event.before),
          })),
        )
        .returning(['id', 'name', 'occurred_at']),
    )
    .insertInto('webhook_delivery')
    .columns(['event_id', 'endpoint_id', 'next_attempt_at', 'created_at'])
    .expression((expression) =>
      expression
        .selectFrom(['written', 'webhook_endpoint'])
        .select(['written.id', 'webhook_endpoint.id as endpoint_id'])
        .select(['written.occurred_at as next_attempt_at', 'written.occurred_at as created_at'])
        .where(sql<boolean>`written.name = any(webhook_endpoint.events)`)
        .forKeyShare('webhook_endpoint'),
    )
    .execute()
}
