import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import './test-store.ts'

/** A fresh embedded store takes seconds to start, a copy of a migrated one a fraction: migrate once and dump. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const database = await openDatabase({ kind: 'embedded', directory: undefined }, (error) => {
    throw error
  })
  await migrateToLatest(database.kysely)
  const dump = await database.dump()
  await database.close()
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-pglite-'))
  const dumpFile = join(directory, 'migrated.tar')
  await writeFile(dumpFile, new Uint8Array(await dump.arrayBuffer()))
  project.provide('testStore', { kind: 'pglite', dumpFile })
  return () => rm(directory, { recursive: true, force: true })
}
