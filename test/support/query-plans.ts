import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import type { Database } from '../../src/storage/database.ts'

/*
 * Every statement that the server sends in any test must be answered by an index: a table that grows must not be read from
 * end to end, whatever is asked. PostgreSQL is asked how it would answer each, with walking through tables made
 * unattractive, so that it does so only where there is no other way.
 */

/** What operators set up, by hand and within limits, and what the server keeps of itself. */
const SMALL: ReadonlySet<string> = new Set([
  'api_key',
  'brand_image',
  'cors_origin',
  'environment',
  'environment_redirect_uri',
  'identity_provider',
  'jwt_template',
  'kysely_migration',
  'login_uri',
  'operator',
  'permission',
  'resource_indicator',
  'signing_key',
  'webhook_endpoint',
])

/** They hold what is still to be delivered, and nothing else. */
const QUEUES: ReadonlySet<string> = new Set([
  'logout_delivery_next_attempt_at_idx',
  'mail_next_attempt_at_idx',
  'webhook_delivery_endpoint_id_next_attempt_at_idx',
])

/** Reading is what costs: an index is taken wherever one helps, and what it leads to is asked for row by row. */
const COSTS = [
  'set enable_seqscan = off',
  'set enable_hashjoin = off',
  'set enable_mergejoin = off',
  'set seq_page_cost = 1e4',
  'set cpu_tuple_cost = 1e3',
  'set cpu_index_tuple_cost = 1e3',
].join(';')

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

/** What hands on row after row as they come, and so ends when there are enough. */
const STREAMING: ReadonlySet<string> = new Set([
  'Append',
  'Limit',
  'LockRows',
  'Merge Append',
  'Nested Loop',
  'Result',
  'Subquery Scan',
])

/** @returns what the plan reads from end to end: tables, or indexes of them. */
const readWhole = (
  node: PlanNode,
  above: { isLimited: boolean; table?: string } = { isLimited: false },
): string[] => {
  const { 'Node Type': type, 'Index Name': index } = node
  const table = node['Relation Name'] ?? above.table
  // In the order of an index until there are enough: a page of a list.
  const isLimited = type === 'Limit' || (above.isLimited && STREAMING.has(type))
  const below = (node.Plans ?? []).flatMap((plan) =>
    readWhole(plan, { isLimited, ...(type === 'Bitmap Heap Scan' && table !== undefined && { table }) }),
  )
  if (table !== undefined && SMALL.has(table)) return below
  if (type === 'Seq Scan') return [...below, `${table}`]
  const isWholeIndex =
    index !== undefined && node['Index Cond'] === undefined && !above.isLimited && !QUEUES.has(index)
  return isWholeIndex ? [...below, `${table} by ${index}`] : below
}

/**
 * @param settings with which they are planned: `COSTS` where tables are as good as empty; none where they are full.
 * @returns the statements that read a table whole, with the tables.
 */
export const readingWhole = async (
  url: string,
  statements: Iterable<string>,
  settings: string = COSTS,
): Promise<string[]> => {
  const found: string[] = []
  for (const { statement, plan } of await plansOf(url, statements, settings)) {
    const whole = readWhole(plan)
    if (whole.length > 0) found.push(`${whole.join(', ')}: ${statement}`)
  }
  return found
}

/**
 * A subquery behind "or" may be answered once for all rows that could be asked about, which is cheap while there are few.
 * A prepared statement keeps such a plan until the table is analyzed anew.
 *
 * @returns the statements that do so.
 */
export const hashing = async (url: string, statements: Iterable<string>): Promise<string[]> =>
  (await plansOf(url, statements, ''))
    .filter(({ plan }) => JSON.stringify(plan).includes('(hashed SubPlan'))
    .map(({ statement }) => statement)

const plansOf = async (url: string, statements: Iterable<string>, settings: string) => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(settings)
    const plans: { readonly statement: string; readonly plan: PlanNode }[] = []
    for (const statement of statements) {
      const { rows } = await client.query(`explain (generic_plan, verbose, format json) ${statement}`)
      plans.push({ statement, plan: rows[0]['QUERY PLAN'][0].Plan })
    }
    return plans
  } finally {
    await client.end()
  }
}

export const isPlanned = (text: string): boolean =>
  /^\s*\(?\s*(select|insert|update|delete|with)\b/i.test(text)

/** By this process, in any test. */
const seen = new Set<string>()

export interface WatchedPlans {
  /** For the server: what it asks is noted. */
  readonly database: Database
  /** Runs what starts the server: all that comes of it is asked by the server, and not by the test. */
  within<T>(work: () => Promise<T>): Promise<T>
  /** @throws Error that lists the statements that read a table whole, of those that were not seen before. */
  verify(): Promise<void>
}

export const watchPlans = (database: Database, url: string): WatchedPlans => {
  const ofServer = new AsyncLocalStorage<true>()
  const fresh = new Set<string>()
  return {
    database: {
      ...database,
      observe: (told) =>
        database.observe((statement) => {
          told(statement)
          const { sql, error } = statement
          if (error !== undefined || seen.has(sql) || !isPlanned(sql) || !ofServer.getStore()) return
          seen.add(sql)
          fresh.add(sql)
        }),
    },
    within: (work) => ofServer.run(true, work),
    verify: async () => {
      if (fresh.size === 0) return
      const found = await readingWhole(url, fresh)
      fresh.clear()
      if (found.length > 0) {
        throw new Error(`No index serves these statements, which read a table whole:\n${found.join('\n')}`)
      }
    },
  }
}
