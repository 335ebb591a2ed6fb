import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { type Stores, storesOn } from '../../src/storage/index.ts'
import { type Transaction, transactionOn } from '../../src/storage/transaction.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'
import { type Fixtures, fixturesOn } from '../support/fixtures.ts'
import { grantConsent, newId, now } from './stage.ts'

/* What much hangs on is deleted without any one statement that deletes all of that. */

const AT_ONCE = 2
const tables = ['consent', 'session', 'organization_membership', 'authorization_grant'] as const

let opened: TestDatabase
let stores: Stores
let transaction: Transaction
let fixtures: Fixtures
beforeAll(async () => {
  opened = await openTestDatabase()
  const { kysely } = opened.database
  stores = storesOn(kysely)
  transaction = transactionOn(kysely)
  fixtures = fixturesOn({ transaction, clock: { now: () => now }, random: systemRandom })
  // How many rows each statement touches.
  await sql`create table touched (in_table text not null, rows bigint not null)`.execute(kysely)
  await sql`create function note_touched() returns trigger language plpgsql as $$
    begin
      insert into touched select tg_table_name, count(*) from former;
      return null;
    end $$`.execute(kysely)
  for (const table of tables) {
    for (const change of ['delete', 'update']) {
      await sql`create trigger ${sql.id(`touched_by_${change}`)} after ${sql.raw(change)} on ${sql.table(table)}
        referencing old table as former for each statement execute function note_touched()`.execute(kysely)
    }
  }
})
beforeEach(async () => {
  await sql`truncate touched`.execute(opened.database.kysely)
})
afterAll(() => opened[Symbol.asyncDispose]())

const touched = async (): Promise<Record<string, { most: number; all: number }>> => {
  const { rows } = await sql<{ name: string; most: number; all: number }>`
    select in_table as name, max(rows)::int as most, sum(rows)::int as all from touched
     where rows > 0 group by in_table`.execute(opened.database.kysely)
  return Object.fromEntries(rows.map(({ name, ...counted }) => [name, counted]))
}

const left = async (table: (typeof tables)[number]): Promise<number> => {
  const { rows } = await sql<{
    count: number
  }>`select count(*)::int as count from ${sql.table(table)}`.execute(opened.database.kysely)
  return rows[0]?.count ?? 0
}

const consented = async (
  user: Awaited<ReturnType<Fixtures['user']>>,
  application: Awaited<ReturnType<Fixtures['firstParty']>>,
  organizationId: OrganizationId | null = null,
): Promise<void> => {
  const id = await grantConsent(stores, { user, application }, ['openid'], organizationId)
  await sql`insert into authorization_grant (id, consent_id, scopes, authenticated_at, amr, created_at, expires_at)
    values (${newId('grant')}, ${id}, '{}', ${now}, '{}', ${now}, '2999-01-01')`.execute(
    opened.database.kysely,
  )
}

const signedIn = async (user: { id: string }, organizationId: OrganizationId | null = null) => {
  await sql`insert into session
      (id, token_hash, user_id, authenticated_at, amr, organization_id, created_at, expires_at)
    values (${newId('session')}, ${crypto.randomUUID()}, ${user.id}, ${now}, '{}', ${organizationId}, ${now},
      '2999-01-01')`.execute(opened.database.kysely)
}

const five = <T>(make: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 5 }, make))

describe('deleting in parts', () => {
  test('takes all that hangs on an application', async () => {
    const application = await fixtures.firstParty()
    const other = await fixtures.firstParty()
    const users = await five(() => fixtures.user())
    for (const user of users) await consented(user, application)
    for (const user of users) await consented(user, other)
    expect(await transaction((inside) => inside.clients.delete(application.id, AT_ONCE))).toBe(true)
    expect(await touched()).toEqual({
      consent: { most: AT_ONCE, all: 5 },
      authorization_grant: { most: AT_ONCE, all: 5 },
    })
    expect(await left('consent')).toBe(5)
    expect(await stores.clients.byId(application.id)).toBeUndefined()
    expect(await stores.clients.byId(other.id)).toBeDefined()
    expect(await stores.clients.delete(application.id, AT_ONCE)).toBe(false)
  })

  test('takes all that hangs on a user', async () => {
    const user = await fixtures.user({ organizations: await five(() => fixtures.organization()) })
    for (const application of await five(() => fixtures.firstParty())) await consented(user, application)
    await five(() => signedIn(user))
    const consents = await left('consent')
    expect(await transaction((inside) => inside.users.delete(user.id, now, AT_ONCE))).toBe(true)
    expect(await touched()).toMatchObject({
      consent: { most: AT_ONCE, all: 5 },
      session: { most: AT_ONCE, all: 5 },
      organization_membership: { most: AT_ONCE, all: 5 },
    })
    expect(await left('consent')).toBe(consents - 5)
    expect(await stores.users.byId(user.id)).toBeUndefined()
  })

  test('takes all that hangs on an organization, and leaves sessions without it', async () => {
    const organization = await fixtures.organization()
    const users = await five(() => fixtures.user({ organizations: [organization] }))
    const own = await fixtures.thirdParty(organization)
    const operators = await fixtures.firstParty()
    for (const user of users) {
      await consented(user, own)
      await consented(user, operators, organization)
      await signedIn(user, organization)
    }
    const [consents, sessions] = [await left('consent'), await left('session')]
    expect(await transaction((inside) => inside.organizations.delete(organization, AT_ONCE))).toBe(true)
    expect(await touched()).toMatchObject({
      consent: { most: AT_ONCE, all: 10 },
      session: { most: AT_ONCE, all: 5 },
      organization_membership: { most: AT_ONCE, all: 5 },
    })
    expect(await left('consent')).toBe(consents - 10)
    expect(await left('session')).toBe(sessions)
    expect(await stores.organizations.byId(organization)).toBeUndefined()
    expect(await stores.clients.byId(own.id)).toBeUndefined()
    expect(await stores.clients.byId(operators.id)).toBeDefined()
  })
})
