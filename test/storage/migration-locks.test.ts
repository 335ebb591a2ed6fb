import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import type { TestDatabase } from '../support/database-server.ts'
import { migrateUpTo, openBareDatabase } from './migrating.ts'

/*
 * How long a migration waits for what somebody else holds: whoever asks for the table after it waits behind it, and that is
 * everybody. On the server only: with an embedded store there is nobody else.
 */

/** Of the first version: before it there is nobody who could hold anything. */
const FIRST = '0001-foundation'
const LONGEST_MILLISECONDS = 3_000

let opened: TestDatabase
beforeEach(async () => {
  opened = await openBareDatabase()
})
afterEach(() => opened[Symbol.asyncDispose]())

describe('a migration of a database that is served', () => {
  test('has a limit to how long each of its statements waits for a table', async () => {
    const { kysely } = opened.database
    await migrateUpTo(opened, FIRST)
    await sql`create schema aside`.execute(kysely)
    await sql`create table aside.noted (migrated integer, command text, milliseconds integer)`.execute(kysely)
    await sql`create function aside.note() returns event_trigger language plpgsql as $$
      begin
        insert into aside.noted select (select count(*) from kysely_migration), tg_tag, setting::integer
          from pg_settings where name = 'lock_timeout';
      end $$`.execute(kysely)
    await sql`create event trigger note on ddl_command_start execute function aside.note()`.execute(kysely)
    const applied = await migrateToLatest(kysely)
    const { rows } = await sql<{ migrated: number; command: string; milliseconds: number }>`
      select distinct * from aside.noted order by migrated`.execute(kysely)
    const noted = rows.map(({ migrated, ...of }) => ({ name: Object.keys(migrations)[migrated], ...of }))
    expect([...new Set(noted.map(({ name }) => name))]).toEqual(applied)
    const isPatientForEver = ({ milliseconds }: { readonly milliseconds: number }) =>
      milliseconds === 0 || milliseconds > LONGEST_MILLISECONDS
    expect(noted.filter(isPatientForEver)).toEqual([])
  })

  test('lets those through who come after it, while somebody before it holds the table', async () => {
    await migrateUpTo(opened, '0017-login-uris')
    const holder = new pg.Client(opened.url)
    // As a node connects.
    const node = new pg.Client({ connectionString: opened.url, statement_timeout: 8_000 })
    await Promise.all([holder.connect(), node.connect()])
    try {
      // What vacuum takes, and keeps for as long as it reads a big table.
      await holder.query('begin')
      await holder.query('lock table "user" in share update exclusive mode')
      const migrating = opened.database.withoutTimeouts(migrateToLatest)
      const waiting = `select count(*)::int as waiting from pg_locks where not granted and relation = '"user"'::regclass`
      await expect.poll(async () => (await node.query(waiting)).rows).toEqual([{ waiting: 1 }])
      await node.query('update "user" set last_sign_in_at = now()')
      await holder.query('rollback')
      expect(await migrating).toContain('0018-operators')
    } finally {
      await Promise.all([holder.end(), node.end()])
    }
  })
})
