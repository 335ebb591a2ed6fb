import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/storage/database.ts'
import { type PlaceOf, statement } from '../../src/storage/statement.ts'
import { openTestDatabase } from '../support/database-server.ts'

let opened: Awaited<ReturnType<typeof openTestDatabase>>
let db: Database['kysely']
beforeAll(async () => {
  opened = await openTestDatabase('empty')
  db = opened.database.kysely
})
afterAll(() => opened[Symbol.asyncDispose]())

interface Values {
  readonly text: string
  readonly list: readonly string[]
  readonly absent: string | null
}

const columns = (place: PlaceOf<Values>) => [
  sql<string>`${place('text')}::text`.as('text'),
  sql<string[]>`${place('list')}::text[]`.as('list'),
  sql<string | null>`${place('absent')}::text`.as('absent'),
  sql<string>`${place('text')}::text || ${'!'}::text`.as('again'),
]

describe('a statement', () => {
  test('is made once, and run with the values of each time', async () => {
    let times = 0
    const reading = statement((at, place: PlaceOf<Values>) => {
      times += 1
      return at.selectNoFrom(columns(place))
    })
    const given = ['one', "it's $1", ''].map((text) => ({ text, list: [text, 'x'], absent: null }))
    const rows = await Promise.all(given.map((values) => reading.first(db, values)))
    expect(rows).toEqual(given.map((values) => ({ ...values, again: `${values.text}!` })))
    expect(times).toBe(1)
  })

  test('is part of the transaction it is run in', async () => {
    const marking = statement((at, place: PlaceOf<{ readonly key: string; readonly until: Date }>) =>
      at.insertInto('seen_once').values({ key_hash: place('key'), expires_at: place('until') }),
    )
    const until = new Date('2030-01-01T00:00:00Z')
    const undone = db.transaction().execute(async (trx) => {
      expect(await marking.written(trx, { key: 'hash', until })).toBe(1)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await marking.written(db, { key: 'hash', until })).toBe(1)
  })

  test('of which there is no row says so', async () => {
    const none = statement((at) => at.selectFrom('seen_once').select('key_hash').where(sql<boolean>`false`))
    expect(await none.first(db, {})).toBeUndefined()
  })
})
