import { sql } from 'kysely'
import { expect, vi } from 'vitest'
import type { TestApp } from './app.ts'

/** PostgreSQL alone: so many statements wait for what others have locked. */
export const waitForBlocked = (
  { testDatabase }: Pick<TestApp, 'testDatabase'>,
  count: number,
): Promise<void> =>
  vi.waitFor(
    async () => {
      const { rows } = await sql`
        select pid from pg_stat_activity
         where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`.execute(
        testDatabase.database.kysely,
      )
      expect(rows).toHaveLength(count)
    },
    { timeout: 10_000, interval: 20 },
  )
