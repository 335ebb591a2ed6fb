import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type SweepExpired, sweepExpired } from '../../src/jobs/sweep-expired.ts'
import { storesOn } from '../../src/storage/index.ts'
import { expiringTables } from '../../src/storage/stores/expired-rows.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'

let opened: TestDatabase
beforeAll(async () => {
  opened = await openTestDatabase()
})
afterAll(() => opened[Symbol.asyncDispose]())
beforeEach(async () => {
  await opened.database.kysely.deleteFrom('revoked_access_token').execute()
  await opened.database.kysely.deleteFrom('rate_limit').execute()
})

const now = new Date('2026-01-01T00:00:00Z')
const running = new AbortController().signal

const sweep = (
  bounds: Partial<Pick<SweepExpired, 'batchRows' | 'batchesPerRun' | 'rest'>> = {},
  signal = running,
) =>
  sweepExpired(
    {
      stores: storesOn(opened.database.kysely),
      tables: expiringTables,
      clock: { now: () => now },
      ...bounds,
    },
    signal,
  )

const revokedTokens = async (name: string, rows: number, expiresAt: Date) => {
  await opened.database.kysely
    .insertInto('revoked_access_token')
    .values(Array.from({ length: rows }, (_, row) => ({ jti: `${name} ${row}`, expires_at: expiresAt })))
    .execute()
}
const rateLimits = async (rows: number, endsAt: Date) => {
  await opened.database.kysely
    .insertInto('rate_limit')
    .values(
      Array.from({ length: rows }, (_, row) => ({ key_hash: `${row}`, count: 1, window_ends_at: endsAt })),
    )
    .execute()
}
const left = async () => {
  const [tokens, limits] = await Promise.all([
    opened.database.kysely.selectFrom('revoked_access_token').select('jti').execute(),
    opened.database.kysely.selectFrom('rate_limit').select('key_hash').execute(),
  ])
  return [tokens.length, limits.length]
}

test('every expiring table is swept by a statement the database understands', async () => {
  expect(await sweep()).toBe(0)
})

test('what has expired goes, what has not, or must be kept for a while, stays', async () => {
  await revokedTokens('expired', 3, addSeconds(now, -301))
  await revokedTokens('kept for nodes whose clocks differ', 2, addSeconds(now, -299))
  await revokedTokens('valid', 2, addSeconds(now, 60))
  await rateLimits(4, addSeconds(now, -1))
  expect(await sweep()).toBe(7)
  expect(await left()).toEqual([4, 0])
})

test('it goes on in batches until none is left', async () => {
  await revokedTokens('expired', 25, addSeconds(now, -3600))
  await rateLimits(7, addSeconds(now, -3600))
  expect(await sweep({ batchRows: 5 })).toBe(32)
  expect(await left()).toEqual([0, 0])
})

test('a run is bounded, and a long table does not keep the others from their turn', async () => {
  await revokedTokens('expired', 25, addSeconds(now, -3600))
  await rateLimits(3, addSeconds(now, -3600))
  // One batch for each table, and one more for the one that is not done.
  expect(await sweep({ batchRows: 5, batchesPerRun: expiringTables.length + 1 })).toBe(13)
  expect(await left()).toEqual([15, 0])
})

test('nodes that sweep at once share the work', async () => {
  await revokedTokens('expired', 100, addSeconds(now, -3600))
  const deleted = await Promise.all([1, 2, 3].map(() => sweep({ batchRows: 10 })))
  expect(deleted.reduce((sum, rows) => sum + rows)).toBe(100)
  expect(await left()).toEqual([0, 0])
})

test('it stops between two batches when told to', async () => {
  await revokedTokens('expired', 25, addSeconds(now, -3600))
  expect(await sweep({}, AbortSignal.abort())).toBe(0)
  expect(await left()).toEqual([25, 0])
})

describe('between two batches it rests', () => {
  const [table] = expiringTables
  /** A database that takes its time for batches with so many rows. */
  const slowly = (milliseconds: number, batches: number[], onDelete = () => {}) => ({
    expiredRows: {
      delete: async () => {
        await setTimeout(milliseconds)
        onDelete()
        return batches.shift() ?? 0
      },
    },
  })
  const resting = async (stores: ReturnType<typeof slowly>, signal = running) => {
    const rests: number[] = []
    const rest = async (milliseconds: number) => {
      rests.push(milliseconds)
    }
    await sweepExpired({ stores, tables: [table], clock: { now: () => now }, batchRows: 10, rest }, signal)
    return rests
  }

  test('for as long as a full one took', async () => {
    const rests = await resting(slowly(30, [10, 10, 9]))
    expect(rests).toHaveLength(2)
    for (const milliseconds of rests) expect(milliseconds).toBeGreaterThan(25)
  })

  test('but for no more than a quarter of a second: what takes longer waited for others', async () => {
    expect(await resting(slowly(300, [10, 0]))).toEqual([250])
  })

  test('and no more once it is told to stop', async () => {
    const stopping = new AbortController()
    expect(
      await resting(
        slowly(1, [10, 10], () => stopping.abort()),
        stopping.signal,
      ),
    ).toEqual([])
  })
})
