import { type Dialect, Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import { createPool, type PoolLoad } from './connection-pool.ts'
import { type Announcements, channels, createListener } from './listener.ts'
import type { Schema } from './schema.ts'

export type { Announcements, Channel } from './listener.ts'

/** Limits on what is waited for, in milliseconds; tests set shorter ones. */
export interface DatabaseTimes {
  readonly connect: number
  readonly statement: number
  readonly query: number
  readonly heartbeat: number
}

/** A request waits 15 seconds for the database at most: for a connection, and for one that has fallen silent. */
const standardTimes: DatabaseTimes = { connect: 5_000, statement: 8_000, query: 10_000, heartbeat: 10_000 }

/** Where state lives: a PostgreSQL server, or PGlite in this process (`directory` undefined: in memory only). */
export type DatabaseLocation =
  | {
      readonly kind: 'postgresql'
      readonly url: string
      readonly poolSize: number
      readonly prepareStatements?: boolean
      readonly times?: DatabaseTimes
    }
  | { readonly kind: 'embedded'; readonly directory: string | undefined; readonly dump?: Blob }

export interface Database {
  readonly kind: DatabaseLocation['kind']
  readonly kysely: Kysely<Schema>
  /**
   * For what may rightly take long, such as migrations, which build indexes and wait for those of another node: on a
   * connection of its own, where no statement is cut short.
   */
  withoutTimeouts<T>(work: (kysely: Kysely<Schema>) => Promise<T>): Promise<T>
  /** Calls back until closed; a lost connection is made again, and said by `lost`. */
  listen(announcements: Announcements): Promise<void>
  /** Undefined: the embedded store has one connection. */
  poolLoad(): PoolLoad | undefined
  /** Who is told of each statement, from now on. */
  observe(observer: StatementObserver): void
  /** The embedded store as a file from which `dump` starts an identical one. */
  dump(): Promise<Blob>
  close(): Promise<void>
}

/** A statement that has just ended. Its text has placeholders where the values are. */
export type StatementObserver = (statement: {
  readonly sql: string
  readonly milliseconds: number
  /** What it failed with. */
  readonly error?: unknown
}) => void

export const openDatabase = async (
  location: DatabaseLocation,
  onError: (error: unknown) => void,
): Promise<Database> =>
  location.kind === 'postgresql' ? openPostgresql(location, onError) : openEmbedded(location)

const openPostgresql = (
  {
    url,
    poolSize,
    prepareStatements = true,
    times = standardTimes,
  }: Extract<DatabaseLocation, { kind: 'postgresql' }>,
  onError: (error: unknown) => void,
): Database => {
  const connections = { url, prepareStatements, connectMilliseconds: times.connect, onError }
  const pool = createPool({ ...connections, size: poolSize, limits: times })
  const { kysely, observe } = observedOn(new PostgresDialect({ pool }))
  const listener = createListener({ ...connections, heartbeatMilliseconds: times.heartbeat })
  return {
    kind: 'postgresql',
    kysely,
    observe,
    poolLoad: pool.load,
    withoutTimeouts: async (work) => {
      const patientPool = createPool({ ...connections, size: 1, limits: undefined })
      const { kysely: patient } = observedOn(new PostgresDialect({ pool: patientPool }))
      try {
        return await work(patient)
      } finally {
        await patient.destroy()
      }
    },
    listen: listener.listen,
    dump: () => Promise.reject(new Error('Only an embedded store can be dumped; use pg_dump.')),
    close: async () => {
      await listener.close()
      await kysely.destroy()
    },
  }
}

/** Nobody is told of anything until somebody observes. */
const observedOn = (dialect: Dialect) => {
  let observer: StatementObserver | undefined
  const kysely = new Kysely<Schema>({
    dialect,
    log: (event) =>
      observer?.({
        sql: event.query.sql,
        milliseconds: event.queryDurationMillis,
        ...(event.level === 'error' && { error: event.error }),
      }),
  })
  const observe = (told: StatementObserver): void => {
    observer = told
  }
  return { kysely, observe }
}

const openEmbedded = async ({
  directory,
  dump,
}: Extract<DatabaseLocation, { kind: 'embedded' }>): Promise<Database> => {
  const { PGlite } = await import('@electric-sql/pglite')
  const pglite = await PGlite.create({
    ...(directory === undefined ? {} : { dataDir: directory }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
  })
  const { kysely, observe } = observedOn(new PGliteDialect({ pglite }))
  return {
    kind: 'embedded',
    kysely,
    observe,
    poolLoad: () => undefined,
    withoutTimeouts: (work) => work(kysely),
    listen: async ({ changed }) => {
      for (const channel of channels) await pglite.listen(channel, (payload) => changed(channel, payload))
    },
    dump: () => pglite.dumpDataDir('none'),
    close: async () => {
      await kysely.destroy()
      // What nothing was asked of, Kysely does not close; it would keep the process from ending.
      if (!pglite.closed) await pglite.close()
    },
  }
}
