import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { requireMigrated } from '../foundation.ts'
import { type Copied, copyStore } from '../storage/copying/copy-store.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { makeCopyDirectory } from '../system/data-directory.ts'
import { newHandle, type Random } from '../system/random.ts'
import { createCopyingProgress } from './copying-progress.ts'

export interface BackupCommand {
  readonly database: Database
  readonly print: (line: string) => void
  readonly random: Random
}

export const usage = `Usage: latchkey backup --to DIRECTORY

Copies what the PostgreSQL server of DATABASE_URL has at this moment to an embedded store in a new directory, while nodes
go on serving; "latchkey promote" brings it back. LATCHKEY_SECRET is not in it: keep that apart.`

/** @returns the exit code. */
export const backupCommand = async (
  args: readonly string[],
  { database, print, random }: BackupCommand,
): Promise<number> => {
  const path = directoryOf(args)
  if (path === undefined) {
    print(usage)
    return 2
  }
  if (database.kind === 'embedded') {
    print('This is an embedded store already: stop the server and copy the directory of LATCHKEY_DATA_DIR.')
    return 1
  }
  // Whoever makes a copy before an update wants what there is before it.
  await requireMigrated(database, { migrateOnStart: false })
  const { store, release } = await makeCopyDirectory(path, random)
  try {
    const { tables } = await copyTo(store, database, { print, random })
    const rows = tables.reduce((sum, table) => sum + table.rows, 0)
    print(`Copied ${rows} rows of ${tables.length} tables to ${path}; the checksums of both sides agree.`)
    print('To use it, its LATCHKEY_SECRET is needed, which is not in it.')
  } catch (error) {
    await release()
    // Of the part that there is nobody has any use.
    await rm(path, { recursive: true, force: true })
    throw error
  }
  await release()
  return 0
}

const directoryOf = (args: readonly string[]): string | undefined => {
  try {
    return parseArgs({ args: [...args], options: { to: { type: 'string' } } }).values.to
  } catch {
    return undefined
  }
}

const copyTo = async (
  directory: string,
  database: Database,
  { print, random }: Pick<BackupCommand, 'print' | 'random'>,
): Promise<Copied> => {
  const target = await openDatabase({ kind: 'embedded', directory }, () => {})
  const progress = createCopyingProgress(print)
  try {
    return await database.withoutTimeouts((kysely) =>
      // All tables as of one moment, whatever the nodes write meanwhile.
      kysely
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((source) =>
          copyStore({ source, target: target.kysely, id: newHandle(random), onProgress: progress.tell }),
        ),
    )
  } finally {
    progress.end()
    await target.close()
  }
}
