import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrateCommand } from '../../src/cli/migrate.ts'
import { requireMigrated } from '../../src/foundation.ts'
import {
  ForeignMigrations,
  laterMigrations,
  migrateToLatest,
  migrationStatus,
} from '../../src/storage/migrator.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'

/* Which databases a version serves: its own, and one that a later version has gone on with. */

let opened: TestDatabase
beforeEach(async () => {
  opened = await openTestDatabase()
})
afterEach(() => opened[Symbol.asyncDispose]())

const OURS = '0001-foundation'

const applied = async (name: string, timestamp: string): Promise<void> => {
  await sql`insert into kysely_migration (name, timestamp) values (${name}, ${timestamp})`.execute(
    opened.database.kysely,
  )
}

const names = async (): Promise<string[]> =>
  (
    await sql<{ name: string }>`select name from kysely_migration order by timestamp`.execute(
      opened.database.kysely,
    )
  ).rows.map(({ name }) => name)

describe('a database that a later version has migrated', () => {
  beforeEach(() => applied('9999-later', '2999-01-01T00:00:00.000Z'))

  test('is served, and told of', async () => {
    const status = await migrationStatus(opened.database.kysely)
    expect(status.at(-1)).toEqual({
      name: '9999-later',
      appliedAt: new Date('2999-01-01T00:00:00.000Z'),
      isUnknown: true,
    })
    expect(status.filter(({ isUnknown }) => !isUnknown).map(({ name }) => name)).toContain(OURS)
    expect(laterMigrations(status)).toEqual(['9999-later'])
    for (const migrateOnStart of [true, false]) {
      expect(await requireMigrated(opened.database, { migrateOnStart })).toEqual(['9999-later'])
    }
  })

  test('is left as it is by migrating', async () => {
    const before = await names()
    expect(await migrateToLatest(opened.database.kysely)).toEqual([])
    expect(await names()).toEqual(before)
    const lines: string[] = []
    const command = { database: opened.database, print: (line: string) => lines.push(line) }
    expect(await migrateCommand([], command)).toBe(0)
    expect(await migrateCommand(['--status'], command)).toBe(0)
    expect(lines.at(-1)).toBe('9999-later  2999-01-01T00:00:00.000Z  unknown to this version')
  })

  test('is refused where one of ours is missing', async () => {
    await sql`delete from kysely_migration where name = ${OURS}`.execute(opened.database.kysely)
    await expect(migrateToLatest(opened.database.kysely)).rejects.toThrow('corrupted migrations')
    await expect(requireMigrated(opened.database, { migrateOnStart: true })).rejects.toThrow()
    await expect(requireMigrated(opened.database, { migrateOnStart: false })).rejects.toThrow()
  })
})

describe('what was applied', () => {
  const status = (order: readonly string[]) =>
    [
      ...['1', '2', '3'].map((name) => ({ name, isUnknown: false })),
      ...order.filter((name) => name.startsWith('x')).map((name) => ({ name, isUnknown: true })),
    ].map((migration) => {
      const at = order.indexOf(migration.name)
      return { ...migration, appliedAt: at < 0 ? undefined : new Date(at) }
    })

  test('may be ours as far as it goes, and then what we do not know', () => {
    for (const order of [[], ['1'], ['1', '2', '3']]) expect(laterMigrations(status(order))).toEqual([])
    expect(laterMigrations(status(['1', '2', '3', 'x2', 'x1']))).toEqual(['x2', 'x1'])
  })

  test('may not lack one of ours before something else, nor come in another order', () => {
    for (const order of [
      ['2'],
      ['2', '1'],
      ['1', '3'],
      ['x1'],
      ['1', '2', 'x1'],
      ['1', 'x1', '2', '3'],
      ['3', '2', '1', 'x1'],
    ]) {
      expect(() => laterMigrations(status(order)), order.join()).toThrow(ForeignMigrations)
    }
  })
})

describe('a database with another history', () => {
  test('is refused: something unknown was there first', async () => {
    await applied('0000-unknown', '2000-01-01T00:00:00.000Z')
    await expect(migrateToLatest(opened.database.kysely)).rejects.toThrow('is it the right database?')
    for (const migrateOnStart of [true, false]) {
      await expect(requireMigrated(opened.database, { migrateOnStart })).rejects.toThrow(
        'is it the right database?',
      )
    }
  })
})

test('a database that has exactly ours has nothing later', async () => {
  expect(await requireMigrated(opened.database, { migrateOnStart: false })).toEqual([])
})
