import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { makeFirstKeys } from './first-keys.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A fresh embedded store takes seconds to start, a copy of a migrated one a fraction: migrate once and dump. */
export default async (project: TestProject): Promise<() => void> => {
  const database = await openDatabase({ kind: 'embedded', directory: undefined }, (error) => {
    throw error
  })
  const { path, remove } = await temporaryDirectory()
  const dumpAs = async (name: string): Promise<string> => {
    const dumpFile = join(path, name)
    const dump = await database.dump()
    await writeFile(dumpFile, new Uint8Array(await dump.arrayBuffer()))
    return dumpFile
  }
  await migrateToLatest(database.kysely)
  const empty = await dumpAs('empty.tar')
  await makeFirstKeys(database)
  const withKeys = await dumpAs('with-keys.tar')
  await database.close()
  project.provide('testStore', { kind: 'pglite', dumpFiles: { empty, withKeys } })
  return remove
}
