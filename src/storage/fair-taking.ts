import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely'
import type { Schema } from './schema.ts'

/*
 * How what is to be sent is taken from its table: fairly between those it goes to, and for a while, so that what a node
 * took that died comes back. Webhooks, logouts and mail have a table each; all mail goes to one server.
 */

/** How many a node can send. */
export interface SendingRoom<Receiver extends string> {
  /** Of all of it. */
  readonly limit: number
  /** Of one receiver that is not in `room`. */
  readonly perReceiver: number
  readonly room: ReadonlyMap<Receiver, number>
}

type Outbox = 'logout_delivery' | 'mail' | 'webhook_delivery'

interface Sent {
  readonly table: Exclude<Outbox, 'mail'>
  /** The two columns of its key: what is sent, and to whom. */
  readonly item: string
  readonly receiver: string
  /** A table of the receivers that may have something due, as `id`. */
  readonly receivers: RawBuilder<unknown>
  /** What goes before fairness in the order; as `delivery`. */
  readonly first?: RawBuilder<unknown>
}

/**
 * The keys of what is due, a few of each receiver, and of each the first before of any the second: one that does not
 * answer must not hold up the others. They are locked, and what another node has locked is left out: two nodes that do
 * so at once take different ones.
 */
export const dueFairly = <Key>(
  { table, item, receiver, receivers, first }: Sent,
  { limit, perReceiver, room }: SendingRoom<string>,
  now: Date,
): RawBuilder<Key> => sql<Key>`(
  select delivery.${sql.ref(item)}, receiver.id as ${sql.ref(receiver)},
         row_number() over (partition by receiver.id order by delivery.next_attempt_at) as place
    from (${receivers}) receiver
    left join unnest(${[...room.keys()]}::text[], ${[...room.values()]}::int[]) as room (receiver_id, places)
      on room.receiver_id = receiver.id
   cross join lateral (
     select ${sql.ref(item)}, attempts, next_attempt_at from ${sql.table(table)}
      where ${sql.ref(receiver)} = receiver.id and next_attempt_at <= ${now}
      order by next_attempt_at
      limit coalesce(room.places, ${perReceiver}::int)
        for update skip locked
   ) delivery
   order by ${first ? sql`${first}, ` : sql``}place, delivery.next_attempt_at
   limit ${limit})`

/** One more attempt has begun: until then it is nobody else's. */
export const takenUntil = (until: Date) => ({
  next_attempt_at: until,
  attempts: sql<number>`attempts + 1`,
})

/** Whether this attempt is still the last that was begun. */
export const isTakenBy =
  ({ attempts, nextAttemptAt: until }: { readonly attempts: number; readonly nextAttemptAt: Date | null }) =>
  (row: ExpressionBuilder<Schema, Outbox>) =>
    row.and([row('attempts', '=', attempts), row('next_attempt_at', '=', until)])
