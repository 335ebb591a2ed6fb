import { expect, test } from 'vitest'
import { openTestDatabase } from '../support/database-server.ts'
import { readingWhole } from '../support/query-plans.ts'

/*
 * That tables are not read whole is asked of every statement that the server sends in any test (support/app.ts); here,
 * that such a statement would be found.
 */

test.each([
  ['a table without an index for the question', 'select id from "user" where picture_url = $1', 'user'],
  ['an index that is no help', 'select count(*) from consent', 'consent by '],
  ['a subquery', 'select 1 where exists (select from event where data = $1)', 'event'],
  ['a sorted list of all', 'select id from event order by occurred_at limit $1', 'event'],
  ['a change', 'delete from session where user_agent = $1', 'session'],
  [
    'a comparison that the index orders differently',
    `select from logo where content_hash = $1 and exists (
       select from application where logo_url = '/logos/' || content_hash)`,
    'application',
  ],
])('is found to read a table whole: %s', async (_what, statement, table) => {
  await using database = await openTestDatabase()
  const found = await readingWhole(database.url ?? '', [statement])
  expect(found).toEqual([expect.stringMatching(new RegExp(`^${table}`))])
})

test.each([
  ['one row', 'select * from "user" where id = $1'],
  ['a page', 'select * from event where id < $1 order by id desc limit $2'],
  ['the first page', 'select * from event order by id desc limit $1'],
  ['what belongs to somebody', 'select * from consent where user_id = $1 order by id'],
  ['what operators set up', 'select * from signing_key'],
])('is found to be served by an index: %s', async (_what, statement) => {
  await using database = await openTestDatabase()
  expect(await readingWhole(database.url ?? '', [statement])).toEqual([])
})
