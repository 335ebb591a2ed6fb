import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations, withoutTransaction } from '../../migrations/index.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest, migrationStatus } from '../../src/storage/migrator.ts'
import {
  createServerDatabase,
  openTestDatabase,
  type TestDatabase,
  testStore,
} from '../support/database-server.ts'

let opened: TestDatabase
beforeAll(async () => {
  opened = await openTestDatabase()
})
afterAll(() => opened[Symbol.asyncDispose]())

describe('the schema', () => {
  test('every foreign key has an index that begins with its columns', async () => {
    const { rows } = await sql<{ table: string; constraint: string }>`
      select reference.conrelid::regclass::text as "table", reference.conname as "constraint"
        from pg_catalog.pg_constraint reference
       where reference.contype = 'f' and not exists (
         select from pg_catalog.pg_index index
          where index.indrelid = reference.conrelid and index.indpred is null and index.indisvalid
            and (index.indkey::int2[])[0:array_length(reference.conkey, 1) - 1] @> reference.conkey)
    `.execute(opened.database.kysely)
    expect(rows).toEqual([])
  })

  test('what is deleted takes along, or sets free, what refers to it', async () => {
    const { rows } = await sql<{ constraint: string }>`
      select conname as "constraint" from pg_catalog.pg_constraint
       where contype = 'f' and confdeltype not in ('c', 'n')`.execute(opened.database.kysely)
    expect(rows).toEqual([])
  })

  test('every table has a primary key', async () => {
    const { rows } = await sql<{ table: string }>`
      select relname as "table" from pg_catalog.pg_class
       where relkind = 'r' and relnamespace = 'public'::regnamespace and not exists (
         select from pg_catalog.pg_constraint where conrelid = pg_class.oid and contype = 'p')
    `.execute(opened.database.kysely)
    expect(rows).toEqual([])
  })

  test('nothing is numbered by a sequence, whose place would be lost when a store is moved', async () => {
    const { rows } = await sql<{ sequence: string }>`
      select relname as "sequence" from pg_catalog.pg_class
       where relkind = 'S' and relnamespace = 'public'::regnamespace`.execute(opened.database.kysely)
    expect(rows).toEqual([])
  })

  test('IDs, hashes and slugs compare byte by byte', async () => {
    const { rows } = await sql<{ column: string }>`
      select table_name || '.' || column_name as "column" from information_schema.columns
       where table_schema = 'public' and data_type = 'text' and collation_name is distinct from 'C'
         and (column_name in ('id', 'jti', 'kid', 'slug') or column_name like '%\\_id' or column_name like '%\\_hash')
         and column_name <> 'password_hash' and table_name not like 'kysely%'`.execute(opened.database.kysely)
    expect(rows).toEqual([])
  })

  test('instants carry their time zone', async () => {
    const { rows } = await sql`
      select table_name, column_name from information_schema.columns
       where table_schema = 'public' and data_type in ('timestamp without time zone', 'date')`.execute(
      opened.database.kysely,
    )
    expect(rows).toEqual([])
  })
})

describe('migrations', () => {
  test('of a database that has them all do nothing', async () => {
    expect(await migrateToLatest(opened.database.kysely)).toEqual([])
    const status = await migrationStatus(opened.database.kysely)
    expect(status.length).toBeGreaterThan(0)
    for (const { appliedAt } of status) expect(appliedAt).toBeInstanceOf(Date)
  })

  test('that are committed statement by statement may be repeated, as what was cut short is', async () => {
    // Those before are repeated as of their own time (upgrade.test.ts).
    const names = [...withoutTransaction].filter((name) => name >= '0009')
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) await migrations[name]?.up(opened.database.kysely)
  })

  test('of an empty database run once, however many begin at once', async () => {
    const failures: unknown[] = []
    const databases: Database[] = []
    const { url, drop } =
      testStore.kind === 'postgres' ? await createServerDatabase() : { url: undefined, drop: async () => {} }
    try {
      const connect = () =>
        openDatabase(
          url === undefined
            ? { kind: 'embedded', directory: undefined }
            : { kind: 'postgresql', url, poolSize: 2 },
          (error) => failures.push(error),
        )
      databases.push(await connect())
      // The embedded store has one process: there two begin on the same connection.
      if (url !== undefined) databases.push(await connect(), await connect())
      const [first] = databases
      const migrators = url === undefined ? [...databases, ...databases] : databases
      const applied = await Promise.all(migrators.map(({ kysely }) => migrateToLatest(kysely)))
      const names = (first && (await migrationStatus(first.kysely)))?.map(({ name }) => name)
      expect(applied.flat().sort()).toEqual(names)
    } finally {
      for (const database of databases) await database.close()
      expect(failures).toEqual([])
      await drop()
    }
  })

  test('status names what is missing, before anything was applied', async () => {
    if (testStore.kind === 'pglite') {
      // What is checked is the migrator; an empty embedded store takes seconds to make.
      expect((await migrationStatus(opened.database.kysely)).map(({ name }) => name)).toContain(
        '0001-foundation',
      )
      return
    }
    const { url, drop } = await createServerDatabase()
    const database = await openDatabase({ kind: 'postgresql', url, poolSize: 1 }, () => {})
    const status = await migrationStatus(database.kysely)
    expect(status.map(({ appliedAt }) => appliedAt)).toEqual(status.map(() => undefined))
    await database.close()
    await drop()
  })
})
