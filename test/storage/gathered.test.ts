import { type QueryCreator, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import {
  gatheredChange,
  gatheredInsertion,
  gatheredReading,
  type WithAskers,
} from '../../src/storage/gathered.ts'
import type { PlaceOf } from '../../src/storage/statement.ts'
import { openTestDatabase, testStore } from '../support/database-server.ts'

/* Statements that are sent for several requests at once: what each is told must be what it would be told alone. */

let opened: Awaited<ReturnType<typeof openTestDatabase>>
let db: Database['kysely']
let sent: string[] = []
const failures: unknown[] = []
beforeAll(async () => {
  opened = await openTestDatabase('empty')
  db = opened.database.kysely
  opened.database.observe(({ sql: text, error }) => {
    sent.push(text)
    if (error !== undefined) failures.push(error)
  })
})
afterAll(() => opened[Symbol.asyncDispose]())

/** What comes of it, and how many statements it took. */
const counting = async <T>(work: () => Promise<T>): Promise<{ result: T; statements: number }> => {
  sent = []
  const result = await work()
  return { result, statements: sent.length }
}

interface Asked {
  readonly text: string | null
  readonly list: readonly string[]
  readonly at: Date
  readonly isWanted: boolean
  readonly data: string
}

const echoing = gatheredReading(
  { text: 'text', list: 'text[]', at: 'timestamptz', isWanted: 'boolean', data: 'jsonb' },
  (at, place: PlaceOf<Asked>) =>
    at
      .selectNoFrom([
        sql<string | null>`${place('text')}::text`.as('text'),
        sql<string[]>`${place('list')}::text[]`.as('list'),
        sql<Date>`${place('at')}::timestamptz`.as('at'),
        sql<unknown>`${place('data')}::jsonb`.as('data'),
      ])
      .where(sql<boolean>`${place('isWanted')}::boolean`),
)

const askedOf = (index: number): Asked => ({
  text: index % 5 === 0 ? null : `it's "${index}", {\\} and 鍵`,
  list: Array.from(
    { length: index % 4 },
    (_unused, place) => [`a"b${index}`, '\\', '', 'c,{d}'][place] ?? '',
  ),
  at: new Date(1_700_000_000_123 + index),
  isWanted: index % 3 !== 0,
  data: JSON.stringify({ index, text: 'o\'clock \\ "' }),
})

const answerTo = ({ text, list, at, isWanted, data }: Asked) =>
  isWanted ? { text, list, at, data: JSON.parse(data) as unknown } : undefined

describe('what many ask at once', () => {
  test('is answered to each as if nobody else asked, in a few statements', async () => {
    const askers = Array.from({ length: 250 }, (_unused, index) => askedOf(index))
    const { result, statements } = await counting(() =>
      Promise.all(askers.map((asked) => echoing(db, asked))),
    )
    expect(result).toEqual(askers.map(answerTo))
    // Two at once, then a hundred in each that follows.
    expect(statements).toBe(5)
  })

  test('is asked at once, and alone, by who is alone', async () => {
    const { result, statements } = await counting(async () => [
      await echoing(db, askedOf(1)),
      await echoing(db, askedOf(2)),
    ])
    expect(result).toEqual([askedOf(1), askedOf(2)].map(answerTo))
    expect(statements).toBe(2)
  })

  test('is asked anew after everybody was answered', async () => {
    for (const round of [1, 2, 3]) {
      const askers = Array.from({ length: 20 }, (_unused, index) => askedOf(index * round))
      expect(await Promise.all(askers.map((asked) => echoing(db, asked)))).toEqual(askers.map(answerTo))
    }
  })

  test('is asked alone within a transaction, which others know nothing of', async () => {
    const marking = markingOf()
    const undone = db.transaction().execute(async (trx) => {
      await Promise.all(['t1', 't2', 't3', 't4'].map((key) => marking(trx, mark(key))))
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await Promise.all(['t1', 't2', 't3', 't4'].map((key) => marking(db, mark(key))))).toEqual(
      Array(4).fill(true),
    )
  })

  test('fails for none but who asked what fails', async () => {
    const dividing = gatheredReading(
      { divisor: 'text' },
      (at, place: PlaceOf<{ readonly divisor: string }>) =>
        at.selectNoFrom(sql<number>`12 / ${place('divisor')}::integer`.as('quotient')),
    )
    const outcomes = await Promise.allSettled(
      ['1', '2', '3', '0', '4', 'x', '6'].map((divisor) => dividing(db, { divisor })),
    )
    expect(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value?.quotient : 'failed')),
    ).toEqual([12, 6, 4, 'failed', 3, 'failed', 2])
    expect(await dividing(db, { divisor: '12' })).toEqual({ quotient: 1 })
  })
})

const until = new Date('2030-01-01T00:00:00Z')
const mark = (key: string) => ({ key_hash: key, expires_at: until })
const markingOf = () =>
  gatheredInsertion('seen_once', { key_hash: 'text', expires_at: 'timestamptz' }, 'key_hash')

describe('what many insert at once', () => {
  test('is there, in a few statements', async () => {
    const marking = markingOf()
    const keys = Array.from({ length: 60 }, (_unused, index) => `many ${index}`)
    const { result, statements } = await counting(() =>
      Promise.all(keys.map((key) => marking(db, mark(key)))),
    )
    expect(result).toEqual(keys.map(() => true))
    expect(statements).toBe(3)
    const { rows } = await sql<{
      count: string
    }>`select count(*) from seen_once where key_hash like 'many %'`.execute(db)
    expect(Number(rows[0]?.count)).toBe(60)
  })

  test('of the same key is inserted by exactly one, whether they go together or after each other', async () => {
    const nodes = [markingOf(), markingOf(), markingOf()]
    const keys = Array.from({ length: 200 }, (_unused, index) => `same ${index % 10}`)
    const outcomes = await Promise.all(
      keys.map(async (key, index) => ({ key, isFirst: await nodes[index % 3]?.(db, mark(key)) })),
    )
    const first = outcomes.filter(({ isFirst }) => isFirst).map(({ key }) => key)
    expect(first.toSorted()).toEqual([...new Set(keys)].toSorted())
  })

  test('is refused to who inserts what cannot be, and to nobody else', async () => {
    const inserting = gatheredInsertion(
      'session_application',
      { session_id: 'text', application_id: 'text' },
      'session_id',
    )
    const marking = markingOf()
    const outcomes = await Promise.allSettled([
      ...['1', '2', '3'].map((id) =>
        inserting(db, { session_id: `session_${id}` as never, application_id: 'none' as never }),
      ),
      marking(db, mark('alone')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
  })

  test('goes on after the database was away', async () => {
    await using other = await openTestDatabase('empty')
    const marking = markingOf()
    await marking(other.database.kysely, mark('before'))
    await other.database.close()
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c', 'd', 'e'].map((key) => marking(other.database.kysely, mark(key))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
    expect(await marking(db, mark('back'))).toBe(true)
  })
})

const waitingForLocks = () => {
  const renaming = gatheredChange(
    { table: 'seen_once', key: 'key_hash', place: 'key' },
    { key: 'text', until: 'timestamptz' },
    (at: QueryCreator<WithAskers>, place: PlaceOf<{ readonly key: string; readonly until: Date }>) =>
      at
        .with('changed', (query) =>
          query
            .updateTable('seen_once as one')
            .from('asked')
            .set({ expires_at: place('until') })
            .where('one.key_hash', '=', place('key'))
            .returning(['asked.asker', 'one.key_hash']),
        )
        .selectFrom('changed')
        .select(['asker', 'key_hash']),
  )
  const keys = Array.from({ length: 40 }, (_unused, index) => `locked ${index}`)
  const change = (key: string) => renaming(db, { key, until })

  test('two nodes that ask for the same rows in opposite order wait for each other in turn', async () => {
    const marking = markingOf()
    const other = await openDatabase({ kind: 'postgresql', url: opened.url ?? '', poolSize: 10 }, (error) =>
      failures.push(error),
    )
    other.observe(({ error }) => error !== undefined && failures.push(error))
    await Promise.all(keys.map((key) => marking(db, mark(key))))
    failures.length = 0
    for (let round = 0; round < 30; round++) {
      const changed = await Promise.all([
        ...keys.map((key) => change(key)),
        ...keys.toReversed().map((key) => renaming(other.kysely, { key, until })),
      ])
      expect(changed.filter((row) => row !== undefined)).toHaveLength(2 * keys.length)
    }
    await other.close()
    expect(failures).toEqual([])
  })

  test.each([
    ['nobody who asks for another row', 20],
    ['nobody, even if it came first and alone', 0],
  ])('holds up %s', async (_whom, place) => {
    const marking = markingOf()
    await Promise.all(keys.map((key) => marking(db, mark(key))))
    const isLocked = (key: string) => [keys[place], keys[place + 1]].includes(key)
    const locked = Promise.withResolvers<void>()
    const enough = Promise.withResolvers<void>()
    const holding = db.transaction().execute(async (trx) => {
      await sql`select from seen_once where key_hash in (${keys[place]}, ${keys[place + 1]}) for update`.execute(
        trx,
      )
      locked.resolve()
      await enough.promise
    })
    await locked.promise
    failures.length = 0
    const waiting: string[] = []
    const changes = keys.map(async (key) => {
      const row = await change(key)
      waiting.push(key)
      return row
    })
    const others = await Promise.all(changes.filter((_change, index) => !isLocked(keys[index] ?? '')))
    expect(others.map((row) => row?.key_hash)).toEqual(keys.filter((key) => !isLocked(key)))
    expect(waiting.filter(isLocked)).toEqual([])
    // Nor did it take the limit of time to set them free.
    expect(failures).toEqual([])
    enough.resolve()
    await holding
    expect((await Promise.all(changes)).map((row) => row?.key_hash)).toEqual(keys)
  })
}

// The embedded store has one connection, on which nobody waits for another.
if (testStore.kind === 'postgres') describe('what waits for a lock', waitingForLocks)
