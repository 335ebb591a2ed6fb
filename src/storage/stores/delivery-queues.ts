import { sql } from 'kysely'
import type { Executor } from '../executor.ts'

/** What waits to be sent. Instants are null while nothing does. */
export interface QueueState {
  readonly queue: string
  readonly waiting: number
  readonly oldestAt: Date | null
  /** When the first of them was, or will be, to be attempted. */
  readonly dueAt: Date | null
}

/** Counting goes no further: the queue is long then, and who counts must not make it longer. */
const MOST = 10_000

const queues = {
  webhooks: sql`
    select created_at, next_attempt_at from webhook_delivery
     where endpoint_id in (select id from webhook_endpoint where status = 'enabled') and next_attempt_at is not null`,
  logouts: sql`select created_at, next_attempt_at from logout_delivery where next_attempt_at is not null`,
  mail: sql`select created_at, next_attempt_at from mail where next_attempt_at is not null`,
}

export const deliveryQueues = (db: Executor) => ({
  /** By the partial indexes of what is to be attempted, which hold nothing else. */
  states: async (): Promise<QueueState[]> => {
    const each = Object.entries(queues).map(
      ([queue, waiting]) => sql`
        select ${sql.lit(queue)} as queue, count(*)::integer as waiting,
               min(created_at) as "oldestAt", min(next_attempt_at) as "dueAt"
          from (${waiting} order by next_attempt_at limit ${sql.lit(MOST)}) as waiting`,
    )
    const { rows } = await sql<QueueState>`${sql.join(each, sql` union all `)}`.execute(db)
    return rows
  },
})
