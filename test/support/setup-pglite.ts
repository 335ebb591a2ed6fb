import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import './test-store.ts'

/** A fresh embedded store takes seconds to start, a copy of a migrated one a fraction: migrate once and dump. */
export default async (project: TestProject): Promise<() => void> => {
  const database = await openDatabase({ kind: 'embedded', directory: undefined }, (error) => {
    throw error
  })
  await migrateToLatest(database.kysely)
  const dump = await database.dump()
  await database.close()
  const { path, remove } = await temporaryDirectory()
  const dumpFile = join(path, 'migrated.tar')
  await writeFile(dumpFile, new Uint8Array(await dump.arrayBuffer()))
  project.provide('testStore', { kind: 'pglite', dumpFile })
  return remove
}
