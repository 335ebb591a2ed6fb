import { sql } from 'kysely'
import { addSeconds } from '../../system/clock.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export const rateLimits = (db: Executor) => ({
  /** Counts one more use of a key in its window, on all nodes together. */
  count: async (
    keyHash: Hash,
    windowSeconds: number,
    now: Date,
  ): Promise<{ readonly count: number; readonly windowEndsAt: Date }> => {
    const ends = addSeconds(now, windowSeconds)
    const { rows } = await sql<{ count: number; window_ends_at: Date }>`
      insert into rate_limit (key_hash, count, window_ends_at)
      values (${keyHash}, 1, ${ends}::timestamptz)
      on conflict (key_hash) do update set
        count = case when rate_limit.window_ends_at > ${now}::timestamptz then rate_limit.count + 1 else 1 end,
        window_ends_at = case when rate_limit.window_ends_at > ${now}::timestamptz
                              then rate_limit.window_ends_at else excluded.window_ends_at end
      returning count, window_ends_at`.execute(db)
    const [row] = rows
    return { count: row?.count ?? 1, windowEndsAt: row?.window_ends_at ?? ends }
  },
})
