import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { after, type Timer } from '../system/timer.ts'
import { statementName } from './prepared.ts'
import type { Schema } from './schema.ts'

/** Where state lives: a PostgreSQL server, or PGlite in this process (`directory` undefined: in memory only). */
export type DatabaseLocation =
  | {
      readonly kind: 'postgresql'
      readonly url: string
      readonly poolSize: number
      readonly prepareStatements?: boolean
    }
  | { readonly kind: 'embedded'; readonly directory: string | undefined; readonly dump?: Blob }

/** What the triggers of the database announce at commit (migrations/0001-foundation.ts). */
export type Channel = 'latchkey_application' | 'latchkey_signing_key'

export interface Announcements {
  /** A row of that channel changed, here or on another node. */
  readonly changed: (channel: Channel, subject: string) => void
  /** Announcements may have been lost: whatever is cached is in doubt. */
  readonly lost: () => void
}

export interface Database {
  readonly kind: DatabaseLocation['kind']
  readonly kysely: Kysely<Schema>
  /** Calls back until closed; a lost connection is made again, and said by `lost`. */
  listen(announcements: Announcements): Promise<void>
  /** The embedded store as a file from which `dump` starts an identical one. */
  dump(): Promise<Blob>
  close(): Promise<void>
}

const channels: readonly Channel[] = ['latchkey_application', 'latchkey_signing_key']

export const openDatabase = async (
  location: DatabaseLocation,
  onError: (error: unknown) => void,
): Promise<Database> =>
  location.kind === 'postgresql' ? openPostgresql(location, onError) : openEmbedded(location)

const openPostgresql = async (
  { url, poolSize, prepareStatements }: Extract<DatabaseLocation, { kind: 'postgresql' }>,
  onError: (error: unknown) => void,
): Promise<Database> => {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'latchkey',
    connectionTimeoutMillis: 5_000,
    // A query that takes longer than this holds a connection that a sound one needs.
    statement_timeout: 30_000,
    keepAlive: true,
  })
  // A connection that dies idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', onError)
  // The pool listens to idle connections alone. One that dies in use fails its query, and says so as an event too,
  // which would end the process if nobody listened.
  pool.on('connect', (client) => client.on('error', () => {}))
  const listener = createListener(url, onError)
  const kysely = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: prepareStatements === false ? pool : naming(pool) }),
  })
  return {
    kind: 'postgresql',
    kysely,
    listen: listener.listen,
    dump: () => Promise.reject(new Error('Only an embedded store can be dumped; use pg_dump.')),
    close: async () => {
      await listener.close()
      await kysely.destroy()
    },
  }
}

/** The pool, with marked statements (prepared.ts) sent under their names. */
const naming = (pool: pg.Pool): PostgresPool => {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect()
      const known = clients.get(client)
      if (known) return known
      const query = (text: string, values: readonly unknown[]) => {
        const name = statementName(text)
        return name === undefined
          ? client.query(text, [...values])
          : client.query({ name, text, values: [...values] })
      }
      // Kysely also asks for cursors, which we have none of.
      const named = { query, release: () => client.release() } as unknown as PostgresPoolClient
      clients.set(client, named)
      return named
    },
    end: () => pool.end(),
  }
}

const RECONNECT_MILLISECONDS = 1_000

/** One connection of its own for LISTEN: a pooled one would be handed to others. */
const createListener = (url: string, onError: (error: unknown) => void) => {
  let client: pg.Client | undefined
  let timer: Timer | undefined
  let closed = false

  const connect = async (announcements: Announcements): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'latchkey listener',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    })
    next.on('notification', ({ channel, payload }) =>
      announcements.changed(channel as Channel, payload ?? ''),
    )
    next.on('error', onError)
    next.on('end', () => {
      if (closed || client !== next) return
      announcements.lost()
      timer = after(RECONNECT_MILLISECONDS, () => reconnect(announcements))
    })
    await next.connect()
    if (closed) return next.end()
    client = next
    for (const channel of channels) await next.query(`listen ${channel}`)
    // What changed while nobody listened was not heard.
    announcements.lost()
  }

  const reconnect = (announcements: Announcements): void => {
    connect(announcements).catch((error: unknown) => {
      onError(error)
      if (!closed) timer = after(RECONNECT_MILLISECONDS, () => reconnect(announcements))
    })
  }

  return {
    listen: connect,
    close: async () => {
      closed = true
      timer?.cancel()
      await client?.end()
    },
  }
}

const openEmbedded = async ({
  directory,
  dump,
}: Extract<DatabaseLocation, { kind: 'embedded' }>): Promise<Database> => {
  const pglite = await PGlite.create({
    ...(directory === undefined ? {} : { dataDir: directory }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
  })
  const kysely = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite }) })
  return {
    kind: 'embedded',
    kysely,
    listen: async ({ changed }) => {
      for (const channel of channels) await pglite.listen(channel, (payload) => changed(channel, payload))
    },
    dump: () => pglite.dumpDataDir('none'),
    close: () => kysely.destroy(),
  }
}
