import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Database, type DatabaseTimes, openDatabase } from '../../src/storage/database.ts'
import { prepared } from '../../src/storage/prepared.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { failureCode, isUnavailable } from '../../src/system/failure-code.ts'
import {
  createServerDatabase,
  openTestDatabase,
  type ServerDatabase,
  testStore,
} from '../support/database-server.ts'
import { type DatabaseLink, databaseLink } from './database-link.ts'

/* What a database that falls silent, ends connections or refuses to write costs: bounded time, and no connection. */

const times = { connect: 1000, statement: 600, query: 1000, heartbeat: 300 }

/** What `work` was rejected with. */
const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('This should have failed.')
}

if (testStore.kind === 'postgres') {
  const template = testStore.templates.empty
  let own: ServerDatabase
  let link: DatabaseLink
  const open: Database[] = []
  beforeAll(async () => {
    own = await createServerDatabase(template)
    link = await databaseLink(own.url)
  })
  afterEach(async () => {
    link.resume()
    for (const database of open.splice(0)) await database.close()
  })
  afterAll(async () => {
    await link.close()
    await own.drop()
  })

  const connect = async (
    options: { poolSize?: number; prepareStatements?: boolean; times?: DatabaseTimes } = {},
  ) => {
    const database = await openDatabase(
      { kind: 'postgresql', url: link.url, poolSize: 2, times, ...options },
      () => {},
    )
    open.push(database)
    return database
  }

  const processOf = async ({ kysely }: Pick<Database, 'kysely'>): Promise<number | undefined> =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(kysely)).rows[0]?.pid

  const one = ({ kysely }: Database) => sql`select 1 ${prepared}`.execute(kysely)

  for (const prepareStatements of [true, false]) {
    describe(`a database that falls silent, statements ${prepareStatements ? '' : 'not '}prepared`, () => {
      test('fails what is asked in bounded time, and its connections are not used again', async () => {
        const database = await connect({ prepareStatements })
        await Promise.all([one(database), one(database)])
        link.strand()
        const started = performance.now()
        const failures = await Promise.all([failureOf(one(database)), failureOf(one(database))])
        expect(failures.map(isUnavailable)).toEqual([true, true])
        expect(performance.now() - started).toBeLessThan(times.query + 500)
        await Promise.all([one(database), one(database), one(database)])
      })

      test('in the middle of a transaction costs that transaction, and nothing is waited for twice', async () => {
        const database = await connect({ poolSize: 1, prepareStatements })
        const started = performance.now()
        const failure = await failureOf(
          database.kysely.transaction().execute(async (trx) => {
            await sql`select 1`.execute(trx)
            link.stall()
            await sql`select 2`.execute(trx)
          }),
        )
        expect(isUnavailable(failure)).toBe(true)
        expect(performance.now() - started).toBeLessThan(times.query + 500)
        link.resume()
        // Every one of them: the only connection of the pool was replaced.
        for (let i = 0; i < 3; i++) await one(database)
      })
    })
  }

  test('a connection that cannot be made fails in bounded time', async () => {
    const database = await connect()
    link.stall()
    const started = performance.now()
    expect(isUnavailable(await failureOf(one(database)))).toBe(true)
    expect(performance.now() - started).toBeLessThan(times.connect + 500)
    link.resume()
    await one(database)
  })

  test('a connection that the database ends in a transaction is replaced', async () => {
    const database = await connect({ poolSize: 1 })
    const failure = await failureOf(
      database.kysely
        .transaction()
        .execute((trx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx)),
    )
    expect(isUnavailable(failure)).toBe(true)
    for (let i = 0; i < 3; i++) await one(database)
  })

  test('a statement that takes too long is cancelled; the connection stays', async () => {
    const database = await connect({ poolSize: 1 })
    const before = await processOf(database)
    const failure = await failureOf(sql`select pg_sleep(5)`.execute(database.kysely))
    expect([failureCode(failure), isUnavailable(failure)]).toEqual(['57014', true])
    expect(await processOf(database)).toBe(before)
  })

  test('a transaction chosen as the victim of a deadlock may be tried again; the connection stays', async () => {
    // PostgreSQL looks for deadlocks after a second.
    const database = await connect({ poolSize: 2, times: { ...times, statement: 10_000, query: 11_000 } })
    await sql`create table deadlock (id integer primary key)`.execute(database.kysely)
    await sql`insert into deadlock values (1), (2)`.execute(database.kysely)
    // Each holds one row before it asks for the other.
    const held = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    const lockBoth = (first: 0 | 1, second: 0 | 1) =>
      database.kysely.transaction().execute(async (trx) => {
        await sql`select from deadlock where id = ${first + 1} for update`.execute(trx)
        held[first].resolve()
        await held[second].promise
        await sql`select from deadlock where id = ${second + 1} for update`.execute(trx)
      })
    const results = await Promise.allSettled([lockBoth(0, 1), lockBoth(1, 0)])
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(failures.map((failure) => [failureCode(failure), isUnavailable(failure)])).toEqual([
      ['40P01', true],
    ])
    await one(database)
  })

  test('a database that only reads, as one that is no longer the primary, is left', async () => {
    const database = await connect({ poolSize: 1 })
    const before = await processOf(database)
    const failure = await failureOf(
      database.kysely.transaction().execute(async (trx) => {
        await sql`set transaction read only`.execute(trx)
        await sql`create table never (id int)`.execute(trx)
      }),
    )
    expect([failureCode(failure), isUnavailable(failure)]).toEqual(['25006', true])
    expect(await processOf(database)).not.toBe(before)
  })

  test('what is wrong with a statement is not taken for the absence of the database', async () => {
    const database = await connect({ poolSize: 1 })
    const before = await processOf(database)
    const failure = await failureOf(
      sql`insert into kysely_migration select * from kysely_migration`.execute(database.kysely),
    )
    expect([failureCode(failure), isUnavailable(failure)]).toEqual(['23505', false])
    expect(failure).toHaveProperty('code', '23505')
    expect(await processOf(database)).toBe(before)
  })

  test('what may take long runs without limits, and leaves no connection behind', async () => {
    const database = await connect()
    const pid = await database.withoutTimeouts(async (kysely) => {
      await sql`select pg_sleep(${(times.query * 1.3) / 1000})`.execute(kysely)
      return processOf({ kysely })
    })
    expect(pid).toBeTypeOf('number')
    await vi.waitFor(async () => {
      const { rows } = await sql`select from pg_stat_activity where pid = ${pid}`.execute(database.kysely)
      expect(rows).toEqual([])
    })
  })

  test('an unreachable host is unavailable, and says how', async () => {
    const database = await openDatabase(
      { kind: 'postgresql', url: 'postgresql://nobody@127.0.0.1:1/none', poolSize: 1, times },
      () => {},
    )
    open.push(database)
    const failure = await failureOf(one(database))
    expect([failureCode(failure), isUnavailable(failure)]).toEqual(['ECONNREFUSED', true])
  })

  test('a wrong password is a fault of the settings, which no waiting cures', async () => {
    const wrong = new URL(own.url)
    wrong.password = 'wrong'
    const database = await openDatabase({ kind: 'postgresql', url: wrong.href, poolSize: 1, times }, () => {})
    open.push(database)
    const failure = await failureOf(one(database))
    expect([failureCode(failure), isUnavailable(failure)]).toEqual(['28P01', false])
  })
} else {
  test('the embedded store is never away: what fails there is a fault', async () => {
    const { database, ...opened } = await openTestDatabase()
    const transaction = transactionOn(database.kysely)
    expect(isUnavailable(await failureOf(sql`select from nowhere`.execute(database.kysely)))).toBe(false)
    expect(isUnavailable(await failureOf(transaction(() => Promise.reject(new RangeError()))))).toBe(false)
    expect(await database.withoutTimeouts((kysely) => Promise.resolve(kysely === database.kysely))).toBe(true)
    await opened[Symbol.asyncDispose]()
  })
}
