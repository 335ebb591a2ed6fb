import { type Kysely, sql } from 'kysely'
import type { Executor } from '../executor.ts'
import { inspectDatabase } from '../inspection.ts'
import { laterMigrations, migrateToLatest, migrationStatus } from '../migrator.ts'
import type { Schema } from '../schema.ts'
import { isUniqueViolation } from '../unique-violation.ts'
import {
  checkpointOf,
  claimTarget,
  releaseTarget,
  requireWhole,
  setCheckpoint,
  startTableOver,
} from './checkpoints.ts'
import { keyOf, type PartSize, readPart, STANDARD_PART, writePart } from './copy-table.ts'
import {
  type Reference,
  referencesOf,
  type Sum,
  sumOf,
  type Table,
  tablesOf,
  writeTextAlike,
} from './tables.ts'

/*
 * From one store to another, an embedded one and a PostgreSQL server in either direction: every row of every table, as
 * text, in parts that are committed with a note of how far they reach. Foreign keys come last, so the order of tables does
 * not matter; what was copied counts once both sides have the same sums.
 */

export interface CopyingStore {
  /** Migrated by this version. What is read is of one moment: nobody else writes to it, or it is a snapshot. */
  readonly source: Kysely<Schema>
  /** Without limits to how long a statement may take. */
  readonly target: Kysely<Schema>
  /** Of the source; another one does not go on where this one was. */
  readonly id: string
  /** The target is this source's from now on, and good for nothing else until it is whole. */
  readonly onClaimed?: () => Promise<void>
  /** When both sides are the same, before the target may be served. */
  readonly onVerified?: () => Promise<void>
  readonly onProgress?: (progress: Progress) => void
  readonly partSize?: PartSize
}

export interface Progress {
  readonly table: string
  /** Of all tables together. */
  readonly copied: number
  readonly total: number
}

export interface Copied {
  readonly tables: readonly (Sum & { readonly name: string })[]
  /** An earlier attempt had begun. */
  readonly isResumed: boolean
}

/** The server cannot have what is in the store. */
export class UnfitServer extends Error {
  override readonly name = 'UnfitServer'
}

/** A later version has migrated one of the two: this one cannot know what it would leave behind. */
export class LaterVersion extends Error {
  override readonly name = 'LaterVersion'

  constructor(which: string, names: readonly string[]) {
    super(`A later version of Latchkey has migrated the ${which} (${names.join(', ')}); use that version.`)
  }
}

/** @throws UnfinishedCopy, TargetInUse, UnfitServer, LaterVersion, ForeignMigrations: then nothing was written */
export const copyStore = (whole: CopyingStore): Promise<Copied> =>
  // What is set for a session holds for one connection.
  whole.target.connection().execute(async (target) => {
    const { source, id } = whole
    await requireFit(target)
    await requireWhole(source)
    await requireOwnVersion(source, 'source')
    await requireOwnVersion(target, 'target')
    const tables = await tablesOf(source)
    const { isResumed } = await claimTarget(target, id, tables)
    await whole.onClaimed?.()
    await migrateToLatest(target)
    for (const side of [source, target]) await writeTextAlike(side)

    const references = await referencesOf(source)
    for (const reference of references) await dropReference(target, reference)
    const sums = new Map<Table, Sum>()
    for (const table of tables) sums.set(table, await sumOf(source, table))
    const copying = { ...whole, target, sums }
    await copyAll(copying, tables)
    // Whoever served the source again between two attempts changed what had been copied.
    const changed = await differing(copying, tables)
    for (const table of changed) await startTableOver(target, table)
    await copyAll(copying, changed)
    const [wrong] = await differing(copying, changed)
    if (wrong) throw new Error(`The rows of ${wrong.name} did not arrive as they were sent.`)
    await makeReferences(target, references)
    await sql`analyze`.execute(target)
    await whole.onVerified?.()
    await releaseTarget(target)
    return { tables: [...sums].map(([{ name }, sum]) => ({ name, ...sum })), isResumed }
  })

/** @throws UnfitServer */
const requireFit = async (target: Executor): Promise<void> => {
  const { version, isTooOld, encoding } = await inspectDatabase(target)
  if (isTooOld) throw new UnfitServer(`The server is PostgreSQL ${version}; name one of version 15 or newer.`)
  // Some of what people are called could not be written there.
  if (encoding !== 'UTF8') {
    throw new UnfitServer(
      `The database is encoded as ${encoding} and must be as UTF8; make one with: create database … encoding 'UTF8'.`,
    )
  }
}

const requireOwnVersion = async (db: Executor, which: string): Promise<void> => {
  const later = laterMigrations(await migrationStatus(db))
  if (later.length > 0) throw new LaterVersion(which, later)
}

interface Copying extends CopyingStore {
  readonly target: Executor
  readonly sums: ReadonlyMap<Table, Sum>
}

const copyAll = async (copying: Copying, tables: readonly Table[]): Promise<void> => {
  const rowsOf = (table: Table) => copying.sums.get(table)?.rows ?? 0
  const total = tables.reduce((sum, table) => sum + rowsOf(table), 0)
  let before = 0
  for (const table of tables) {
    const told = (copied: number) =>
      copying.onProgress?.({ table: table.name, copied: before + copied, total })
    await copyTable(copying, table, told).catch(async (error: unknown) => {
      if (!isUniqueViolation(error)) throw error
      // Served again between two attempts, the source has a value in another row by now than the one that was copied.
      await startTableOver(copying.target, table)
      await copyTable(copying, table, told)
    })
    before += rowsOf(table)
  }
}

const copyTable = async (
  { source, target, partSize = STANDARD_PART }: Copying,
  table: Table,
  told: (copied: number) => void,
): Promise<void> => {
  let checkpoint = await checkpointOf(target, table)
  told(checkpoint?.copied ?? 0)
  while (checkpoint?.isWhole !== true) {
    const rows = await readPart(source, table, checkpoint?.lastKey, partSize)
    const last = rows.at(-1)
    const next = {
      copied: (checkpoint?.copied ?? 0) + rows.length,
      lastKey: last ? keyOf(table, last) : (checkpoint?.lastKey ?? []),
      isWhole: last === undefined,
    }
    await target.transaction().execute(async (trx) => {
      if (last) await writePart(trx, table, rows)
      await setCheckpoint(trx, table, next)
    })
    checkpoint = next
    told(checkpoint.copied)
  }
}

const differing = async ({ target, sums }: Copying, tables: readonly Table[]): Promise<Table[]> => {
  const different: Table[] = []
  for (const table of tables) {
    const { rows, checksum } = await sumOf(target, table)
    const wanted = sums.get(table)
    if (rows !== wanted?.rows || checksum !== wanted.checksum) different.push(table)
  }
  return different
}

const dropReference = async (target: Executor, { table, name }: Reference): Promise<void> => {
  await sql`alter table ${sql.table(table)} drop constraint if exists ${sql.ref(name)}`.execute(target)
}

const makeReferences = async (target: Executor, references: readonly Reference[]): Promise<void> => {
  const made = await referencesOf(target)
  for (const { table, name, definition } of references) {
    if (made.some((one) => one.table === table && one.name === name)) continue
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(
      target,
    )
  }
}
