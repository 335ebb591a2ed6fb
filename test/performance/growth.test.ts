import { afterAll, beforeAll, expect, test } from 'vitest'
import { fill } from '../../bench/growth/fill.ts'
import { newIdentifier, newUlid } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import type { TestApp } from '../support/app.ts'
import { createServerDatabase, type ServerDatabase } from '../support/database-server.ts'
import { hashing, isPlanned, readingWhole } from '../support/query-plans.ts'
import { openLedger } from './ledger.ts'
import { operationsOn, startPatientApp } from './operations.ts'

/*
 * A database that has grown, so far as a test can wait for it: the planner, which knows how large its tables are and is
 * left to itself, still goes by an index everywhere. How fast it then is, the bench says (docs/performance.md). And one
 * that has only begun to: what is planned there is kept for a while.
 */

/** More of each than reading all of it would be worth. */
const SIZE = { organizations: 2_000, users: 10_000, applications: 3_000, grants: 30_000 }
const SMALL = { organizations: 10, users: 60, applications: 10, grants: 60 }

let app: TestApp
let grown: ServerDatabase
let begun: ServerDatabase
let asked: Promise<readonly string[]> | undefined
/** What the operations of the price list ask, each by itself and many at once, and what is asked of exchanged tokens. */
const planned = () => {
  asked ??= statementsOf(app)
  return asked
}

beforeAll(async () => {
  app = await startPatientApp()
  grown = await createServerDatabase()
  await fill(grown.url, SIZE, () => {})
  begun = await createServerDatabase()
  await fill(begun.url, SMALL, () => {})
})
afterAll(async () => {
  await begun?.drop()
  await grown?.drop()
  await app[Symbol.asyncDispose]()
})

const statementsOf = async (app: TestApp): Promise<readonly string[]> => {
  const operations = await operationsOn(app)
  using ledger = openLedger(app)
  const sent = new Set<string>()
  for (const prepare of Object.values(operations)) {
    for (const statement of await ledger.statementsOf(await prepare())) sent.add(statement)
    // What is sent for many at once is another statement.
    const crowd = await Promise.all(Array.from({ length: 8 }, prepare))
    const together = () => Promise.all(crowd.map((operation) => operation()))
    for (const statement of await ledger.statementsOf(together)) sent.add(statement)
  }
  for (const statement of await ledger.statementsOf(() => standingOfExchanged(app))) sent.add(statement)
  return [...sent].filter(isPlanned)
}

const standingOfExchanged = async ({ stores, clock }: TestApp): Promise<void> => {
  const token = () => ({
    jti: newUlid(clock.now(), systemRandom),
    clientId: newIdentifier('client', clock.now(), systemRandom),
    credentialId: newIdentifier('credential', clock.now(), systemRandom),
  })
  const grantId = newIdentifier('grant', clock.now(), systemRandom)
  await stores.accessTokens.standingOfGrant(grantId, [token(), token()], clock.now())
}

test('what each operation of the price list asks of a grown database is found by an index', async () => {
  const statements = await planned()
  expect(statements.length).toBeGreaterThan(10)
  expect(statements.filter((statement) => statement.includes('unnest')).length).toBeGreaterThan(5)
  expect(await readingWhole(grown.url, statements, '')).toEqual([])
})

test('a table that is read whole there would be found', async () => {
  const statement = `select id from "user" where first_name = $1`
  expect(await readingWhole(grown.url, [statement], '')).toEqual([`user: ${statement}`])
})

test('no subquery of it is answered by hashing a table, while that is small', async () => {
  expect(await hashing(begun.url, await planned())).toEqual([])
})

test.each([
  [
    'where',
    `select id from "user" where locale = $1 or exists (
    select from session where session.user_id = "user".id and expires_at > $2)`,
  ],
  [
    'select',
    `select exists (
    select from session where session.user_id = "user".id and expires_at > $1) as signed_in from "user"`,
  ],
])('one that is would be found: %s', async (_where, statement) => {
  expect(await hashing(begun.url, [statement])).toEqual([statement])
})
