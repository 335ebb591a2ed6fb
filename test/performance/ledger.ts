import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { sql } from 'kysely'
import type { TestApp } from '../support/app.ts'

/** What something cost the database. */
export interface Price {
  readonly statements: number
  /** Rows inserted, updated and deleted, by whatever statement. */
  readonly rows: number
}

export interface Ledger extends Disposable {
  /** What the requests of the work that is prepared cost; what jobs do meanwhile is no part of it. */
  priceOf(prepare: () => Promise<() => Promise<unknown>>): Promise<Price>
  /** The statements of the requests of `work`. */
  statementsOf(work: () => Promise<unknown>): Promise<readonly string[]>
}

/** Connections of the pool (support/database-server.ts): each reports its own counts. */
const CONNECTIONS = 10

/** A job that writes meanwhile would be counted with it: then once more, from the beginning. */
const MOST_ATTEMPTS = 10

const isWrite = (text: string): boolean => /\b(insert|update|delete)\b/i.test(text)

/** Counts what the server asks of a PostgreSQL database, from now on. */
export const openLedger = ({ testDatabase: { database } }: Pick<TestApp, 'testDatabase'>): Ledger => {
  const ofRequest = new AsyncLocalStorage<true>()
  let asked: string[] = []
  let isDisturbed = false
  // Whatever a request brings about runs within it.
  const begin = () => ofRequest.enterWith(true)
  subscribe('http.server.request.start', begin)
  database.observe(({ sql: text }) => {
    if (ofRequest.getStore()) asked.push(text)
    else if (isWrite(text)) isDisturbed = true
  })

  const rowsWritten = async (): Promise<number> => {
    const report = sql`select pg_stat_force_next_flush(), pg_sleep(0.01)`
    await Promise.all(Array.from({ length: CONNECTIONS }, () => report.execute(database.kysely)))
    const { rows } = await sql<{ written: number }>`
      select sum(n_tup_ins + n_tup_upd + n_tup_del)::integer as written from pg_stat_user_tables`.execute(
      database.kysely,
    )
    return rows[0]?.written ?? 0
  }

  return {
    priceOf: async (prepare) => {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
        const work = await prepare()
        const before = await rowsWritten()
        asked = []
        isDisturbed = false
        await work()
        const statements = asked.length
        const rows = (await rowsWritten()) - before
        if (!isDisturbed) return { statements, rows }
      }
      throw new Error(`In each of ${MOST_ATTEMPTS} attempts a job wrote at the same time.`)
    },
    statementsOf: async (work) => {
      asked = []
      await work()
      return asked
    },
    [Symbol.dispose]: () => unsubscribe('http.server.request.start', begin),
  }
}
