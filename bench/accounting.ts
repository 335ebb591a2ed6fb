import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openUsers } from './load.ts'
import type { Operation } from './operations.ts'
import type { Postgres } from './postgres.ts'
import type { ServerName, Target } from './servers/target.ts'

/** What one operation makes the database do. */
export interface DatabaseWork {
  readonly statements: number
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

const readCounters = async (postgres: Postgres, client: pg.Client): Promise<DatabaseWork> => {
  const { rows } = await client.query<Omit<DatabaseWork, 'statements'>>(`
    SELECT sum(n_tup_ins)::float8 AS inserted, sum(n_tup_upd)::float8 AS updated, sum(n_tup_del)::float8 AS deleted
    FROM pg_stat_user_tables`)
  if (rows[0] === undefined) throw new Error('no statistics')
  return { ...rows[0], statements: await postgres.statements(client.database ?? '') }
}

const repetitions = 100
/** A backend reports its counts at the end of a statement, but not more often than once a second. */
const reportIntervalMs = 1_100

const perOperation = (before: DatabaseWork, after: DatabaseWork): DatabaseWork => {
  const each = (name: keyof DatabaseWork): number => (after[name] - before[name]) / repetitions
  return {
    statements: each('statements'),
    inserted: each('inserted'),
    updated: each('updated'),
    deleted: each('deleted'),
  }
}

/**
 * Counts statements and rows of one operation on every server, one request at a time and apart from the timed
 * rounds. Before each reading the servers rest and then do one more operation, which makes the database
 * report what went before; the same little remains unreported at both readings and cancels out.
 */
export const countDatabaseWork = async (
  postgres: Postgres,
  operation: Operation,
  targets: readonly { readonly target: Target; readonly cookies: readonly string[] }[],
): Promise<Map<ServerName, DatabaseWork>> => {
  await postgres.countStatements(true)
  const counted = await Promise.all(
    targets.map(async ({ target, cookies }) => {
      const client = new pg.Client({ connectionString: target.databaseUrl })
      await client.connect()
      const [user] = await openUsers(target, cookies, 1)
      if (user === undefined) throw new Error('no connection')
      try {
        const once = await operation.prepare(user)
        const read = async (): Promise<DatabaseWork> => {
          await sleep(reportIntervalMs)
          await once()
          return readCounters(postgres, client)
        }
        await once()
        const before = await read()
        for (let count = 1; count < repetitions; count++) await once()
        const after = await read()
        return [target.name, perOperation(before, after)] as const
      } finally {
        user.connection.close()
        await client.end()
      }
    }),
  )
  await postgres.countStatements(false)
  return new Map(counted)
}
