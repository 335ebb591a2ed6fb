import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { makeFirstKeys } from './first-keys.ts'
import { startPostgresServer } from './postgres-server.ts'
import type { Templates } from './test-store.ts'

const templates: Templates = { empty: 'migrated', withKeys: 'migrated_with_keys' }

/** One server for the run, and migrated databases that every test file gets copies of. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startPostgresServer()
  try {
    await fill(server.url, templates.empty, 'template1', ({ kysely }) => migrateToLatest(kysely))
    await fill(server.url, templates.withKeys, templates.empty, makeFirstKeys)
    const plansUrl = await fill(server.url, 'planned', templates.empty, async () => {})
    project.provide('testStore', { kind: 'postgres', adminUrl: server.url, templates, plansUrl })
    return server.stop
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Copies a template and works on the copy. @returns its URL. */
const fill = async (
  adminUrl: string,
  name: string,
  template: string,
  work: (database: Database) => Promise<unknown>,
): Promise<string> => {
  const admin = new pg.Client(adminUrl)
  await admin.connect()
  await admin.query(`create database ${name} template ${template}`)
  await admin.end()
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  const database = await openDatabase({ kind: 'postgresql', url: url.href, poolSize: 2 }, (error) => {
    throw error
  })
  await work(database)
  // PostgreSQL copies a database only while nobody is connected to it.
  await database.close()
  return url.href
}
