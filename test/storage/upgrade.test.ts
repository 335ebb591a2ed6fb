import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { storesOn } from '../../src/storage/index.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { systemRandom } from '../../src/system/random.ts'
import type { TestDatabase } from '../support/database-server.ts'
import { migrateUpTo, openBareDatabase, steps } from './migrating.ts'

/* A database with rows in it goes from each version to the next. */

let opened: TestDatabase
beforeEach(async () => {
  opened = await openBareDatabase()
})
afterEach(() => opened[Symbol.asyncDispose]())

/** A version's changes, and what of them reads tables that may be big, one of whose indexes is named. */
const STEPS = [
  {
    last: '0001-foundation',
    from: '0002-management',
    to: '0003-management-indexes',
    unchecked: 'application_keys',
    index: 'event_organization_id_id_idx',
  },
  {
    last: '0003-management-indexes',
    from: '0005-protocol-tables',
    to: '0006-protocol-indexes',
    unchecked: 'application_owner',
    index: 'application_metadata_hash_key',
  },
]

const allFrom = (first: string): string[] => Object.keys(migrations).filter((name) => name >= first)

test('a database that has nothing yet gets all of it at once, or none', async () => {
  expect(await migrateToLatest(opened.database.kysely)).toEqual(allFrom('0001'))
  expect(await steps(opened)).toBe(1)
})

describe('a database of the first version', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  const ids = {
    organization: newIdentifier('organization', now, systemRandom),
    user: newIdentifier('user', now, systemRandom),
    application: newIdentifier('application', now, systemRandom),
    client: newIdentifier('client', now, systemRandom),
    session: newIdentifier('session', now, systemRandom),
  }

  const fill = async (): Promise<void> => {
    const { kysely } = opened.database
    await sql`insert into organization values (${ids.organization}, 'Acme', null, '{}', ${now}, ${now})`.execute(
      kysely,
    )
    await sql`insert into "user" (id, email, normalized_email, email_verified, created_at, updated_at)
      values (${ids.user}, 'ada@example.com', 'ada@example.com', true, ${now}, ${now})`.execute(kysely)
    await sql`insert into application (id, client_id, type, is_first_party, is_public, require_pkce, name, scopes,
        created_at, updated_at)
      values (${ids.application}, ${ids.client}, 'oauth', true, false, false, 'Forum', '{}', ${now}, ${now})`.execute(
      kysely,
    )
    await sql`insert into session (id, token_hash, user_id, authenticated_at, amr, created_at, expires_at)
      values (${ids.session}, 'hash', ${ids.user}, ${now}, '{pwd}', ${now}, '2999-01-01')`.execute(kysely)
  }

  test('keeps its rows, which have what a new column asks for', async () => {
    await migrateUpTo(opened, '0001-foundation')
    await fill()
    expect(await migrateToLatest(opened.database.kysely)).toContain('0002-management')
    const stores = storesOn(opened.database.kysely)
    expect(await stores.organizations.byId(ids.organization)).toMatchObject({
      name: 'Acme',
      allowProfilesOutsideOrganization: false,
      stripeCustomerId: null,
    })
    expect(await stores.clients.byClientId(ids.client)).toMatchObject({
      name: 'Forum',
      wasDynamicallyRegistered: false,
      metadata: {},
      jwks: null,
      jwksUri: null,
    })
    expect(await stores.sessions.liveByToken('hash', now)).toMatchObject({ id: ids.session, ipAddress: null })
  })

  test('goes on in steps, none of which holds the locks of the one before', async () => {
    await migrateUpTo(opened, '0001-foundation')
    expect(await migrateToLatest(opened.database.kysely)).toEqual(allFrom('0002'))
    expect(await steps(opened)).toBe(allFrom('0001').length)
  })

  test.each(STEPS)(
    'has no table read whole by $from while all of it is kept from others; $to does that',
    async ({ last, from, to, unchecked }) => {
      const { kysely } = opened.database
      await migrateUpTo(opened, last)
      const { rows } = await sql<{ name: string }>`select oid::regclass::text as name from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace`.execute(kysely)
      const former = rows.map(({ name }) => name)
      const indexes = async () =>
        (
          await sql<{ name: string }>`select indexrelid::regclass::text as name from pg_index
            where indrelid = any(${former}::text[]::regclass[]) order by 1`.execute(kysely)
        ).rows
      const constraints = async () =>
        (await sql`select conname from pg_constraint where not convalidated`.execute(kysely)).rows
      const before = await indexes()
      await migrateUpTo(opened, from)
      expect(await indexes()).toEqual(before)
      expect(await constraints()).toEqual([{ conname: unchecked }])
      expect(await migrateToLatest(kysely)).toEqual(allFrom(to))
      expect((await indexes()).length).toBeGreaterThan(before.length)
      expect(await constraints()).toEqual([])
    },
  )

  test.each(STEPS)('has $to repeated, when that is cut short', async ({ to, index }) => {
    const { kysely } = opened.database
    await migrateUpTo(opened, to)
    await sql`delete from kysely_migration where name = ${to}`.execute(kysely)
    await sql`drop index ${sql.id(index)}`.execute(kysely)
    expect(await migrateToLatest(kysely)).toEqual(allFrom(to))
    const { rows } = await sql`select to_regclass(${index}) is not null as made`.execute(kysely)
    expect(rows).toEqual([{ made: true }])
  })

  test('has its columns added one table at a time, and again when that is cut short', async () => {
    const { kysely } = opened.database
    await migrateUpTo(opened, '0003-management-indexes')
    await migrations['0004-protocol-columns']?.up(kysely)
    expect(await migrateToLatest(kysely)).toEqual(allFrom('0004-protocol-columns'))
  })

  test('goes on under nodes of the version before that read its tables together, none of which is the victim', async () => {
    const { kysely } = opened.database
    await migrateUpTo(opened, '0003-management-indexes')
    await fill()
    let isDone = false
    let reads = 0
    // What introspection asks: in the opposite order of the migration.
    const read = async (): Promise<void> => {
      while (!isDone) {
        await sql`select held.id from authorization_grant as held join consent on consent.id = held.consent_id
          join "user" on "user".id = consent.user_id join application on application.id = consent.application_id
          where application.client_id = ${ids.client}`.execute(kysely)
        reads += 1
      }
    }
    const readers = [read(), read(), read()]
    const migrating = migrateToLatest(kysely).finally(() => {
      isDone = true
    })
    expect(await migrating).toEqual(allFrom('0004-protocol-columns'))
    await Promise.all(readers)
    expect(reads).toBeGreaterThan(0)
  })

  test('takes the rows that the version before writes after it was migrated', async () => {
    await migrateToLatest(opened.database.kysely)
    await fill()
    expect(await storesOn(opened.database.kysely).clients.byClientId(ids.client)).toMatchObject({
      name: 'Forum',
    })
  })
})
