import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { DatabaseUnavailable } from '../system/failure-code.ts'
import { readFailure } from './connection-failure.ts'
import { statementName } from './prepared.ts'

/** Limits of a pool that requests wait for, in milliseconds. */
export interface StatementLimits {
  /** The server gives up then: a statement that takes longer holds a connection that a sound one needs. */
  readonly statement: number
  /** We give up then: the server would have long since, so it is gone, or the way to it. */
  readonly query: number
}

export interface PoolOptions {
  readonly url: string
  readonly size: number
  readonly prepareStatements: boolean
  readonly connectMilliseconds: number
  /** Undefined: statements take as long as they take. */
  readonly limits: StatementLimits | undefined
  readonly onError: (error: unknown) => void
}

/** Silence after which a connection is probed, in milliseconds; the system's own default is two hours. */
export const KEEP_ALIVE_DELAY = 10_000

/** How long the server lets a transaction do nothing: its node is gone, and others wait for its locks. */
const IDLE_IN_TRANSACTION_MILLISECONDS = 15_000

/**
 * A pool as Kysely wants it, which also
 * - sends marked statements (prepared.ts) under their names;
 * - tells failures of the connection from those of a statement (DatabaseUnavailable);
 * - never hands out a connection again on which something did not come in time: it may come after all, and the next
 *   one would wait behind it.
 */
export const createPool = (options: PoolOptions): Pool => {
  const pool = poolOf(options)
  return {
    options: pool.options,
    connect: async () => guarded(await connectionOf(pool), options.prepareStatements),
    end: () => pool.end(),
    load: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  }
}

export interface PoolLoad {
  readonly total: number
  readonly idle: number
  /** Requests that wait for a connection. */
  readonly waiting: number
}

export interface Pool extends PostgresPool {
  load(): PoolLoad
}

const poolOf = ({ url, size, connectMilliseconds, limits, onError }: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: 'latchkey',
    connectionTimeoutMillis: connectMilliseconds,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
    ...(limits !== undefined && {
      statement_timeout: limits.statement,
      query_timeout: limits.query,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MILLISECONDS,
    }),
  })
  // A connection that dies idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', onError)
  // The pool listens to idle connections alone. One that dies in use fails its query, and says so as an event too,
  // which would end the process if nobody listened.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

const connectionOf = async (pool: pg.Pool): Promise<pg.PoolClient> => {
  try {
    return await pool.connect()
  } catch (error) {
    throw readFailure(error).failure
  }
}

/** A connection for as long as it is borrowed. Made anew each time, so that nothing is remembered of a dead one. */
const guarded = (client: pg.PoolClient, prepareStatements: boolean): PostgresPoolClient => {
  /** What it was lost by. */
  let lost: unknown

  const run = async <R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
    // Such as the ROLLBACK after a failure: it would wait as long again.
    if (lost !== undefined) {
      throw new DatabaseUnavailable('The connection to the database was lost.', { cause: lost })
    }
    const name = prepareStatements ? statementName(text) : undefined
    const values = [...parameters]
    try {
      const result = await client.query(name === undefined ? { text, values } : { name, text, values })
      return result as PostgresQueryResult<R>
    } catch (error) {
      const read = readFailure(error)
      if (read.isLost) lost = error
      throw read.failure
    }
  }

  function query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  function query<R>(
    statement: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof statement !== 'string') throw new TypeError('Rows are not read by cursors.')
    return run<R>(statement, parameters)
  }

  // Kysely asks for the destruction of a connection that it could not roll back.
  return { query, release: (destroy) => client.release(destroy === true || lost !== undefined) }
}
