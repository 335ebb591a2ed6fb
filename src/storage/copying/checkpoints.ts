import { sql } from 'kysely'
import type { Executor } from '../executor.ts'
import type { TextRow } from './copy-table.ts'
import type { Table } from './tables.ts'

/*
 * How far copying has come, kept in the target beside what was copied and committed with it, so that one that was
 * killed goes on where it was. Made with its beginning and gone with its end: no migration knows these tables.
 */

const COPY = 'latchkey_copy'
const CHECKPOINT = 'latchkey_copy_checkpoint'

/** There is something in the target that did not come from this store. */
export class TargetInUse extends Error {
  override readonly name = 'TargetInUse'

  constructor(what: string) {
    super(`${what}, and a store can be copied to an empty database only; make one, and name it by --to.`)
  }
}

/** Some of what belongs into the database is not there yet. */
export class UnfinishedCopy extends Error {
  override readonly name = 'UnfinishedCopy'

  constructor() {
    super(
      'A store is being copied to this one, or was and did not get to the end. If that is "latchkey promote", run the same command again, and use this one after it; if it was "latchkey backup", delete this copy and make another one.',
    )
  }
}

/** Whether a store is being copied to this one, or was until somebody killed the command. */
export const copyingBegun = async (target: Executor): Promise<boolean> => {
  const { rows } = await sql`select 1 where to_regclass(${COPY}) is not null`.execute(target)
  return rows.length > 0
}

/** @throws UnfinishedCopy */
export const requireWhole = async (db: Executor): Promise<void> => {
  if (await copyingBegun(db)) throw new UnfinishedCopy()
}

/**
 * The target is this source's from now on.
 *
 * @returns whether it was already.
 * @throws TargetInUse
 */
export const claimTarget = (
  target: Executor,
  source: string,
  tables: readonly Table[],
): Promise<{ readonly isResumed: boolean }> =>
  target.transaction().execute(async (trx) => {
    if (await copyingBegun(trx)) {
      const { rows } = await sql<{ source: string }>`select source from ${sql.table(COPY)}`.execute(trx)
      if (rows.every((row) => row.source === source)) return { isResumed: true }
      throw new TargetInUse('Another store is being copied to that database')
    }
    await requireEmpty(trx, tables)
    await sql`create table ${sql.table(COPY)} (source text primary key)`.execute(trx)
    await sql`insert into ${sql.table(COPY)} values (${source})`.execute(trx)
    await sql`create table ${sql.table(CHECKPOINT)} (
      name text primary key, copied bigint not null, last_key text[] not null, is_whole boolean not null)`.execute(
      trx,
    )
    return { isResumed: false }
  })

/** It may have been migrated by hand, but nobody may have begun to use it. */
const requireEmpty = async (target: Executor, tables: readonly Table[]): Promise<void> => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_catalog.pg_class
     where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
       and relname not like 'kysely_%'
     order by relname`.execute(target)
  for (const { name } of rows) {
    if (!tables.some((table) => table.name === name)) {
      throw new TargetInUse(`The database has a table that is not Latchkey's, ${name}`)
    }
    const some = await sql`select from ${sql.table(name)} limit 1`.execute(target)
    if (some.rows.length > 0) throw new TargetInUse(`The table ${name} of the database holds rows`)
  }
}

export interface Checkpoint {
  readonly copied: number
  readonly lastKey: TextRow
  /** There was nothing behind that key. */
  readonly isWhole: boolean
}

export const checkpointOf = async (target: Executor, { name }: Table): Promise<Checkpoint | undefined> => {
  const { rows } = await sql<{ copied: string; lastKey: TextRow; isWhole: boolean }>`
    select copied::text as copied, last_key as "lastKey", is_whole as "isWhole"
      from ${sql.table(CHECKPOINT)} where name = ${name}`.execute(target)
  const [row] = rows
  return row && { ...row, copied: Number(row.copied) }
}

export const setCheckpoint = async (
  target: Executor,
  { name }: Table,
  { copied, lastKey, isWhole }: Checkpoint,
): Promise<void> => {
  await sql`insert into ${sql.table(CHECKPOINT)} values (${name}, ${copied}, ${[...lastKey]}::text[], ${isWhole})
    on conflict (name) do update
      set copied = excluded.copied, last_key = excluded.last_key, is_whole = excluded.is_whole`.execute(
    target,
  )
}

/** The table is empty again, and is to be copied from the beginning. */
export const startTableOver = (target: Executor, { name }: Table): Promise<void> =>
  target.transaction().execute(async (trx) => {
    await sql`truncate ${sql.table(name)}`.execute(trx)
    await sql`delete from ${sql.table(CHECKPOINT)} where name = ${name}`.execute(trx)
  })

/** From now on nodes serve it. */
export const releaseTarget = async (target: Executor): Promise<void> => {
  await sql`drop table ${sql.table(COPY)}, ${sql.table(CHECKPOINT)}`.execute(target)
}
