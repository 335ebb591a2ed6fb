import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'kysely'
import type { TestProject } from 'vitest/node'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { makeFirstKeys } from './first-keys.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A fresh embedded store takes seconds to start, a copy of a migrated one a fraction: migrate once and dump. */
export default async (project: TestProject): Promise<() => void> => {
  const { path, remove } = await temporaryDirectory()
  const dumpAs = async (name: string, { kysely, dump }: Database): Promise<string> => {
    const dumpFile = join(path, name)
    // A copy begins as after a crash: there is to be nothing for it to recover.
    await sql`checkpoint`.execute(kysely)
    await writeFile(dumpFile, new Uint8Array(await (await dump()).arrayBuffer()))
    return dumpFile
  }
  const database = await openDatabase(
    { kind: 'embedded', directory: undefined, dump: await smallStore() },
    (error) => {
      throw error
    },
  )
  await migrateToLatest(database.kysely)
  const empty = await dumpAs('empty.tar', database)
  await makeFirstKeys(database)
  const withKeys = await dumpAs('with-keys.tar', database)
  await database.close()
  project.provide('testStore', { kind: 'pglite', dumpFiles: { empty, withKeys } })
  return remove
}

/**
 * A store with nothing in it that is copied in half the time of one as PGlite makes it: 15 MB instead of 43, and none
 * of the 128 MB of memory that it fills with zeros at each start. What tests see of it is the same.
 */
const smallStore = async (): Promise<Blob> => {
  const pglite = await PGlite.create({ initDbStartParams: ['--wal-segsize=1'] })
  await pglite.exec('update pg_database set datistemplate = false')
  for (const statement of [
    'drop database template0',
    'drop database template1',
    "alter system set shared_buffers = '16MB'",
    "alter system set min_wal_size = '2MB'",
    'alter system set wal_recycle = off',
    'checkpoint',
  ]) {
    await pglite.exec(statement)
  }
  const dump = await pglite.dumpDataDir('none')
  await pglite.close()
  return dump
}
