import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noteUses } from '../../src/storage/uses.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'

/* Nodes note uses of the same keys at once. */

const now = new Date('2026-01-01T00:00:00Z')
const KEYS = 2_000

let opened: TestDatabase
beforeAll(async () => {
  opened = await openTestDatabase()
  await sql`insert into api_key (id, name, value_hash, obfuscated_value, permissions, created_at, updated_at)
    select 'key_' || n, 'Key', 'hash' || n, '…', '{}', ${now}, ${now}
      from generate_series(1, ${KEYS}::integer) as n`.execute(opened.database.kysely)
})
afterAll(() => opened[Symbol.asyncDispose]())

const ids = Array.from({ length: KEYS }, (_, index) => `key_${index + 1}`)

const usesAt = (at: Date, order: readonly string[]): Map<string, Date> => new Map(order.map((id) => [id, at]))

const lastUses = async (): Promise<Set<number | undefined>> => {
  const rows = await opened.database.kysely.selectFrom('api_key').select('last_used_at').execute()
  return new Set(rows.map(({ last_used_at }) => last_used_at?.getTime()))
}

test('Two that note the same uses in opposite order do not lock each other out', async () => {
  for (let round = 1; round <= 5; round += 1) {
    const at = addSeconds(now, round * 10)
    await Promise.all([
      noteUses(opened.database.kysely, 'api_key', usesAt(at, ids)),
      noteUses(opened.database.kysely, 'api_key', usesAt(addSeconds(at, 1), [...ids].reverse())),
    ])
    expect(await lastUses()).toEqual(new Set([addSeconds(at, 1).getTime()]))
  }
})

test('An older use does not hide a later one', async () => {
  const before = await lastUses()
  await noteUses(opened.database.kysely, 'api_key', usesAt(now, ids))
  expect(await lastUses()).toEqual(before)
})
