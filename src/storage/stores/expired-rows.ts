import { sql } from 'kysely'
import { addSeconds } from '../../system/clock.ts'
import type { Executor } from '../executor.ts'

/** What expires when: how long a row outlives its instant, and why. */
export const expiringTables = [
  // RFC 6749 §4.1.2: a code that comes again must be recognised, to revoke what it issued.
  { table: 'authorization_code', key: 'code_hash', instant: 'expires_at', keptSeconds: 24 * 3600 },
  // RFC 9700 §4.14.2: an old refresh token that comes again must be recognised while its family lives on.
  { table: 'refresh_token', key: 'token_hash', instant: 'expires_at', keptSeconds: 24 * 3600 },
  { table: 'authorization_grant', key: 'id', instant: 'expires_at', keptSeconds: 24 * 3600 },
  { table: 'session', key: 'id', instant: 'expires_at', keptSeconds: 0 },
  // An expired token is refused for that alone; the margin is for nodes whose clocks differ.
  { table: 'revoked_access_token', key: 'jti', instant: 'expires_at', keptSeconds: 300 },
  { table: 'rate_limit', key: 'key_hash', instant: 'window_ends_at', keptSeconds: 0 },
] as const

export type ExpiringTable = (typeof expiringTables)[number]

export const expiredRows = (db: Executor) => ({
  /** Deletes at most `limit` rows; two nodes that sweep at once skip each other's rows. */
  delete: async (
    { table, key, instant, keptSeconds }: ExpiringTable,
    limit: number,
    now: Date,
  ): Promise<number> => {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where ${sql.ref(key)} in (
        select ${sql.ref(key)} from ${sql.table(table)}
         where ${sql.ref(instant)} < ${addSeconds(now, -keptSeconds)}
         limit ${limit} for update skip locked)`.execute(db)
    return Number(numAffectedRows ?? 0n)
  },
})
