import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openUsers } from './load.ts'
import type { Operation } from './operations/operation.ts'
import type { Postgres } from './postgres.ts'
import type { ServerName, Target } from './servers/target.ts'

/** What one operation makes the database do. */
export interface DatabaseWork {
  readonly statements: number
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

export interface Counted {
  readonly target: Target
  readonly cookies: readonly string[]
}

const readCounters = async (postgres: Postgres, client: pg.Client): Promise<DatabaseWork> => {
  const { rows } = await client.query<Omit<DatabaseWork, 'statements'>>(`
    SELECT sum(n_tup_ins)::float8 AS inserted, sum(n_tup_upd)::float8 AS updated, sum(n_tup_del)::float8 AS deleted
    FROM pg_stat_user_tables`)
  if (rows[0] === undefined) throw new Error('no statistics')
  return { ...rows[0], statements: await postgres.statements(client.database ?? '') }
}

const repetitions = 100
/** A backend reports its counts when a statement ends, but not more often than once a second … */
const reportIntervalMs = 1_100
/** … and what is left after the last statement when it has been idle for ten. */
const idleReportMs = 10_500

const perOperation = (before: DatabaseWork, after: DatabaseWork): DatabaseWork => {
  const each = (name: keyof DatabaseWork): number => (after[name] - before[name]) / repetitions
  return {
    statements: each('statements'),
    inserted: each('inserted'),
    updated: each('updated'),
    deleted: each('deleted'),
  }
}

/** Between the two readings lie exactly `repetitions` operations, one at a time. */
const countOne = async (
  postgres: Postgres,
  operation: Operation,
  { target, cookies }: Counted,
): Promise<DatabaseWork> => {
  const client = new pg.Client({ connectionString: target.databaseUrl })
  client.on('error', () => {})
  await client.connect()
  const [user] = await openUsers(target, cookies, 1)
  if (user === undefined) throw new Error('no connection')
  try {
    const once = await operation.prepare(user)
    // One more operation after a rest makes the database report what went before it. The little it leaves
    // unreported itself is the same at both readings.
    const read = async (): Promise<DatabaseWork> => {
      await sleep(reportIntervalMs)
      await once()
      return readCounters(postgres, client)
    }
    await once()
    const before = await read()
    for (let count = 1; count < repetitions; count++) await once()
    return perOperation(before, await read())
  } finally {
    user.connection.close()
    await client.end()
  }
}

/** Statements and rows of each operation on each server, counted apart from the timed rounds. */
export const countDatabaseWork = async (
  postgres: Postgres,
  operations: readonly Operation[],
  contestants: readonly Counted[],
): Promise<Map<string, Map<ServerName, DatabaseWork>>> => {
  await sleep(idleReportMs)
  await postgres.countStatements(true)
  const counted = new Map<string, Map<ServerName, DatabaseWork>>()
  for (const operation of operations) {
    const able = contestants.filter(({ target }) => operation.servers.includes(target.name))
    const entries = able.map(
      async (one) => [one.target.name, await countOne(postgres, operation, one)] as const,
    )
    counted.set(operation.name, new Map(await Promise.all(entries)))
  }
  await postgres.countStatements(false)
  return counted
}
