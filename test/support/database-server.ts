import { openAsBlob } from 'node:fs'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import type { Templates, TestStore } from './test-store.ts'

/** The store of the project this test file runs in (vitest.config.ts). */
export const testStore: TestStore = inject('testStore')

export interface ServerDatabase {
  readonly url: string
  drop(): Promise<void>
}

export interface TestDatabase extends AsyncDisposable {
  readonly database: Database
  /** On the PostgreSQL server only: for further connections, such as those of another node. */
  readonly url?: string
}

/** A migrated database of the caller's own, on the store of the current project. */
export const openTestDatabase = async (template: keyof Templates = 'empty'): Promise<TestDatabase> => {
  const failures: unknown[] = []
  const onError = (error: unknown) => failures.push(error)
  const disposing = (database: Database, drop?: () => Promise<void>) => async () => {
    await database.close()
    // Sockets may still be closing when the database is dropped under them; that is no failure.
    const reported = [...failures]
    await drop?.()
    // An idle connection that broke is no concern of a request, but in a test it must not go unseen.
    if (reported.length > 0) throw new AggregateError(reported, 'The database reported errors.')
  }

  if (testStore.kind === 'pglite') {
    const dump = await openAsBlob(testStore.dumpFiles[template])
    const database = await openDatabase({ kind: 'embedded', directory: undefined, dump }, onError)
    return { database, [Symbol.asyncDispose]: disposing(database) }
  }
  const { url, drop } = await createServerDatabase(testStore.templates[template])
  const database = await openDatabase({ kind: 'postgresql', url, poolSize: 10 }, onError)
  return { database, url, [Symbol.asyncDispose]: disposing(database, drop) }
}

/** A database with a name of its own on the PostgreSQL server: a copy of `template`, or an empty one. */
export const createServerDatabase = async (template = 'template1'): Promise<ServerDatabase> => {
  const { adminUrl } = serverStore()
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await administer(adminUrl, `create database ${name} template ${template}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    // `force`: a test that failed half-way may have left connections open.
    drop: () => administer(adminUrl, `drop database if exists ${name} with (force)`),
  }
}

const serverStore = (): Extract<TestStore, { kind: 'postgres' }> => {
  if (testStore.kind !== 'postgres') throw new Error('This needs the projects "postgres" or "browser".')
  return testStore
}

const administer = async (adminUrl: string, statement: string): Promise<void> => {
  const client = new pg.Client(adminUrl)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
