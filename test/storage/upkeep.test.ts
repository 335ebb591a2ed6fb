import { CompiledQuery, type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweepExpired } from '../../src/jobs/sweep-expired.ts'
import type { EventName } from '../../src/protocol/event-name.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { storesOn } from '../../src/storage/index.ts'
import type { Schema } from '../../src/storage/schema.ts'
import { type ExpiringTable, expiredRows, expiringTables } from '../../src/storage/stores/expired-rows.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestDatabase, type TestDatabase, testStore } from '../support/database-server.ts'
import { type Fixtures, fixturesOn } from '../support/fixtures.ts'

/* What keeps tables small and updates cheap. */

const now = new Date('2026-01-01T06:00:00.123Z')
const HOUR = 3600
const DAY = 24 * HOUR

let opened: TestDatabase
let kysely: Kysely<Schema>
let fixtures: Fixtures
beforeAll(async () => {
  opened = await openTestDatabase()
  kysely = opened.database.kysely
  const transaction = transactionOn(kysely)
  fixtures = fixturesOn({ transaction, clock: { now: () => now }, random: systemRandom })
})
afterAll(() => opened[Symbol.asyncDispose]())

const newId = <K extends Parameters<typeof newIdentifier>[0]>(kind: K) =>
  newIdentifier(kind, now, systemRandom)

const sweep = () =>
  sweepExpired(
    { stores: storesOn(kysely), tables: expiringTables, clock: { now: () => now } },
    new AbortController().signal,
  )

/** A grant with a family of refresh tokens. */
const newFamily = async (familyHash: string, expiresAt: Date) => {
  const user = await fixtures.user()
  const application = await fixtures.firstParty()
  const { id: consentId } = await storesOn(kysely).consents.grant({
    id: newId('consent'),
    userId: user.id,
    applicationId: application.id,
    organizationId: null,
    scopes: ['offline_access'],
    resources: [],
    authorizationDetails: [],
    chosenClaims: null,
    createdAt: now,
    updatedAt: now,
  })
  const grantId = newId('grant')
  await kysely
    .insertInto('authorization_grant')
    .values({
      id: grantId,
      consent_id: consentId,
      scopes: ['offline_access'],
      authenticated_at: now,
      amr: ['pwd'],
      created_at: now,
      expires_at: addSeconds(now, 365 * DAY),
    })
    .execute()
  await kysely
    .insertInto('refresh_token')
    .values({
      family_hash: familyHash,
      grant_id: grantId,
      token_hash: `${familyHash} 0`,
      issued_at: now,
      expires_at: expiresAt,
    })
    .execute()
  return { applicationId: application.id, grantId }
}

describe('refresh tokens', () => {
  test('PostgreSQL: the rotations of a day stay in their page and touch no index (HOT)', async () => {
    if (testStore.kind !== 'postgres') return
    const { applicationId } = await newFamily('hot', addSeconds(now, 30 * DAY))
    const rotations = 50
    // One connection: what it counted is to be seen, and is sent off when it is told to.
    const counted = await kysely.connection().execute(async (db) => {
      for (let index = 0; index < rotations; index++) {
        const at = addSeconds(now, index * 600)
        const rotated = await storesOn(db).refreshTokens.use(
          { familyHash: 'hot', tokenHash: `hot ${index}` },
          { applicationId, scopes: [], resources: [], confirmation: undefined },
          {
            successor: { hash: `hot ${index + 1}`, sealed: 'x'.repeat(160) },
            expiresAt: addSeconds(at, 30 * DAY),
          },
          at,
        )
        expect(rotated).toBeDefined()
      }
      await sql`select pg_stat_force_next_flush()`.execute(db)
      const { rows } = await sql<{ updates: number; hot: number }>`
        select n_tup_upd::integer as updates, n_tup_hot_upd::integer as hot
          from pg_stat_user_tables where relname = 'refresh_token'`.execute(db)
      return rows[0]
    })
    expect(counted?.updates).toBe(rotations)
    // A rotation that fills a page up moves to another one.
    expect(counted?.hot).toBeGreaterThanOrEqual(rotations * 0.8)
  })

  test('are swept by the end of their day: never early, at most a day late', async () => {
    const swept = async (familyHash: string, expiresAt: Date) => {
      const { grantId } = await newFamily(familyHash, expiresAt)
      await sweep()
      const rows = await kysely
        .selectFrom('authorization_grant')
        .select('id')
        .where('id', '=', grantId)
        .execute()
      return rows.length === 0
    }
    const midnight = new Date('2026-01-01T00:00:00Z')
    expect(await swept('began today', midnight)).toBe(false)
    expect(await swept('ended yesterday', addSeconds(midnight, -1))).toBe(true)
  })
})

describe('events', () => {
  const event = async (name: EventName, occurredAt: Date) => {
    const id = newId('event')
    await storesOn(kysely).events.append({
      id,
      name,
      occurredAt,
      actor: { type: 'user' },
      targetId: null,
      organizationId: null,
      data: {},
      before: null,
    })
    return id
  }

  test('of refused sign-ins and of codes that anybody may ask for are kept for 30 days, others for good', async () => {
    const old = addSeconds(now, -30 * DAY - 1)
    const recent = addSeconds(now, -30 * DAY + 1)
    await event('authentication.password_failed', old)
    await event('sign_in.throttled', old)
    await event('magic_auth.created', old)
    await event('password_reset.created', old)
    const kept = [
      await event('authentication.password_failed', recent),
      await event('sign_in.throttled', recent),
      await event('authentication.password_succeeded', old),
      await event('session.created', old),
      // These are asked for by somebody who has signed in.
      await event('email_verification.created', old),
      await event('password_reset.created', recent),
      await event('authorization_code.replayed', addSeconds(now, -3650 * DAY)),
    ]
    expect(await sweep()).toBe(4)
    const rows = await kysely.selectFrom('event').select('id').where('id', 'in', kept).execute()
    expect(rows).toHaveLength(kept.length)
    const refused = await kysely
      .selectFrom('event')
      .select('id')
      .where('name', 'in', ['authentication.password_failed', 'sign_in.throttled'])
      .execute()
    expect(refused).toHaveLength(2)
  })
})

describe('sweeping', () => {
  test.each(
    expiringTables.map((rule: ExpiringTable): [string, ExpiringTable] => [
      `${rule.expiring?.table ?? rule.table} ${rule.only?.value ?? ''}`,
      rule,
    ]),
  )('%s finds what has expired by an index', async (_, rule) => {
    const plan = await kysely.transaction().execute(async (db) => {
      await sql`set local enable_seqscan = off`.execute(db)
      const statements: CompiledQuery[] = []
      const kept = db.withPlugin({
        transformQuery: ({ node, queryId }) => {
          statements.push(db.getExecutor().compileQuery(node, queryId))
          return node
        },
        transformResult: async ({ result }) => result,
      })
      await expiredRows(kept).delete(rule, 10, now)
      const [statement] = statements
      if (!statement) throw new Error('no statement')
      const explained = CompiledQuery.raw(`explain ${statement.sql}`, [...statement.parameters])
      const { rows } = await db.executeQuery<{ 'QUERY PLAN': string }>(explained)
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    })
    expect(plan).toMatch(new RegExp(`Index Cond: .*${rule.instant} <`))
  })
})
