import { type RawBuilder, sql } from 'kysely'
import { addSeconds } from '../../system/clock.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export interface Counter {
  readonly keyHash: Hash
  readonly windowSeconds: number
  /** Beyond this many uses in a window the counters that come after this one are left alone. */
  readonly most: number
}

export interface Counted {
  readonly count: number
  readonly windowEndsAt: Date
}

export interface Exceeded<Of extends Counter> {
  readonly counter: Of
  /** The first use in this window that is one too many. */
  readonly isFirst: boolean
  readonly retryAfterSeconds: number
}

/** What counting came to. */
export interface Tally<Of extends Counter> {
  /** Uses in their windows, of the counters that were counted. */
  readonly counts: readonly number[]
  /** The one that went beyond its limit. */
  readonly exceeded: Exceeded<Of> | undefined
}

interface Row {
  readonly count: number
  readonly window_ends_at: Date
}

export const rateLimits = (db: Executor) => {
  const countEach = async (counters: readonly Counter[], now: Date): Promise<readonly Counted[]> => {
    const name = (place: number) => sql.raw(`counter_${place}`)
    const counting = counters.map(({ keyHash, windowSeconds }, place): RawBuilder<unknown> => {
      const before = counters[place - 1]
      const admitted = before
        ? sql`from ${name(place - 1)} where count <= ${before.most}::integer`
        : sql`where true`
      return sql`${name(place)} as (
        insert into rate_limit (key_hash, count, window_ends_at)
        select ${keyHash}::text, 1, ${addSeconds(now, windowSeconds)}::timestamptz ${admitted}
        on conflict (key_hash) do update set
          count = case when rate_limit.window_ends_at > ${now}::timestamptz then rate_limit.count + 1 else 1 end,
          window_ends_at = case when rate_limit.window_ends_at > ${now}::timestamptz
                                then rate_limit.window_ends_at else excluded.window_ends_at end
        returning count, window_ends_at)`
    })
    const counted = counters.map(
      (_, place) => sql`select ${sql.lit(place)} as place, count, window_ends_at from ${name(place)}`,
    )
    const { rows } = await sql<Row>`
      with ${sql.join(counting)} ${sql.join(counted, sql` union all `)} order by place`.execute(db)
    return rows.map(({ count, window_ends_at }) => ({ count, windowEndsAt: window_ends_at }))
  }

  return {
    /**
     * Counts one more use of each key in its window, on all nodes together, in one statement: in the order given, up to
     * and including the first that goes beyond its limit.
     */
    countInTurn: async <Of extends Counter>(counters: readonly Of[], now: Date): Promise<Tally<Of>> => {
      const counted = await countEach(counters, now)
      return { counts: counted.map(({ count }) => count), exceeded: exceededOf(counters, counted, now) }
    },

    /** One more use of one key, with no limit to it. */
    count: async (keyHash: Hash, windowSeconds: number, now: Date): Promise<Counted> => {
      const [counted] = await countEach([{ keyHash, windowSeconds, most: 0 }], now)
      return counted ?? { count: 1, windowEndsAt: addSeconds(now, windowSeconds) }
    },

    /** Begins again from nothing. */
    reset: async (keyHash: Hash): Promise<void> => {
      await db.deleteFrom('rate_limit').where('key_hash', '=', keyHash).execute()
    },
  }
}

const exceededOf = <Of extends Counter>(
  counters: readonly Of[],
  counted: readonly Counted[],
  now: Date,
): Exceeded<Of> | undefined => {
  for (const [place, counter] of counters.entries()) {
    const used = counted[place]
    if (used === undefined || used.count <= counter.most) continue
    const milliseconds = used.windowEndsAt.getTime() - now.getTime()
    return {
      counter,
      isFirst: used.count === counter.most + 1,
      retryAfterSeconds: Math.max(1, Math.ceil(milliseconds / 1000)),
    }
  }
  return undefined
}
