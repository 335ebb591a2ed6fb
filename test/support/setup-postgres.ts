import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { startPostgresServer } from './postgres-server.ts'
import './test-store.ts'

const TEMPLATE = 'migrated'

/** One server for the run, and one migrated database that every test file gets a copy of. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startPostgresServer()
  try {
    const url = new URL(server.url)
    const admin = new pg.Client(server.url)
    await admin.connect()
    await admin.query(`create database ${TEMPLATE}`)
    await admin.end()
    url.pathname = `/${TEMPLATE}`
    const database = await openDatabase({ kind: 'postgresql', url: url.href, poolSize: 2 }, (error) => {
      throw error
    })
    await migrateToLatest(database.kysely)
    // PostgreSQL copies a database only while nobody is connected to it.
    await database.close()
    project.provide('testStore', { kind: 'postgres', adminUrl: server.url, template: TEMPLATE })
    return server.stop
  } catch (error) {
    await server.stop()
    throw error
  }
}
