import { afterAll, beforeAll, expect, test } from 'vitest'
import { fill } from '../../bench/growth/fill.ts'
import type { TestApp } from '../support/app.ts'
import { createServerDatabase, type ServerDatabase } from '../support/database-server.ts'
import { hashing, isPlanned, readingWhole } from '../support/query-plans.ts'
import { openLedger } from './ledger.ts'
import { operationsOn, startPatientApp } from './operations.ts'

/*
 * A database that has grown, so far as a test can wait for it: the planner, which knows how large its tables are and is
 * left to itself, still goes by an index everywhere. How fast it then is, the bench says (docs/performance.md). And one
 * that has only begun to: what is planned there is kept while it grows.
 */

/** More of each than reading all of it would be worth. */
const SIZE = { organizations: 2_000, users: 10_000, applications: 3_000, grants: 30_000 }
const SMALL = { organizations: 10, users: 60, applications: 10, grants: 60 }

let app: TestApp
let grown: ServerDatabase
let begun: ServerDatabase
/** What the operations of the price list ask, each by itself and many at once. */
let planned: readonly string[]

beforeAll(async () => {
  app = await startPatientApp()
  grown = await createServerDatabase()
  await fill(grown.url, SIZE, () => {})
  begun = await createServerDatabase()
  await fill(begun.url, SMALL, () => {})
  planned = await statementsOf(app)
})
afterAll(async () => {
  await begun?.drop()
  await grown?.drop()
  await app[Symbol.asyncDispose]()
})

const statementsOf = async (app: TestApp): Promise<readonly string[]> => {
  const operations = await operationsOn(app)
  using ledger = openLedger(app)
  const asked = new Set<string>()
  for (const prepare of Object.values(operations)) {
    for (const statement of await ledger.statementsOf(await prepare())) asked.add(statement)
    // What is asked for many at once is another statement.
    const crowd = await Promise.all(Array.from({ length: 8 }, prepare))
    const together = () => Promise.all(crowd.map((operation) => operation()))
    for (const statement of await ledger.statementsOf(together)) asked.add(statement)
  }
  return [...asked].filter(isPlanned)
}

test('what each operation of the price list asks of a grown database is found by an index', async () => {
  expect(planned.length).toBeGreaterThan(10)
  expect(planned.filter((statement) => statement.includes('unnest')).length).toBeGreaterThan(5)
  expect(await readingWhole(grown.url, planned, '')).toEqual([])
})

test('a table that is read whole there would be found', async () => {
  const statement = `select id from "user" where first_name = $1`
  expect(await readingWhole(grown.url, [statement], '')).toEqual([`user: ${statement}`])
})

test('nothing of it is answered for a whole table, however small it is', async () => {
  expect(await hashing(begun.url, planned)).toEqual([])
})

test('what is answered for a whole table would be found', async () => {
  const statement = `select id from "user" where locale = $1 or exists (
    select from session where session.user_id = "user".id and expires_at > $2)`
  expect(await hashing(begun.url, [statement])).toEqual([statement])
})
