import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { createListener, type Listener } from '../../src/storage/listener.ts'
import {
  createServerDatabase,
  openTestDatabase,
  type ServerDatabase,
  testStore,
} from '../support/database-server.ts'
import { type DatabaseLink, databaseLink } from './database-link.ts'

/* One connection that listens, always; none too many, and none that is dead and does not know. */

if (testStore.kind === 'postgres') {
  const template = testStore.templates.empty
  let own: ServerDatabase
  let link: DatabaseLink
  let aside: Database
  const open: Listener[] = []
  beforeAll(async () => {
    own = await createServerDatabase(template)
    link = await databaseLink(own.url)
    aside = await openDatabase({ kind: 'postgresql', url: own.url, poolSize: 2 }, () => {})
  })
  afterEach(async () => {
    for (const listener of open.splice(0)) await listener.close()
    link.resume()
    await vi.waitFor(async () => expect(await listening()).toEqual([]), { timeout: 5000 })
  })
  afterAll(async () => {
    await aside.close()
    await link.close()
    await own.drop()
  })

  const startListener = async ({ heartbeatMilliseconds = 10_000 } = {}) => {
    const heard: string[] = []
    const errors: unknown[] = []
    let lost = 0
    const listener = createListener({
      url: link.url,
      connectMilliseconds: 500,
      heartbeatMilliseconds,
      onError: (error) => errors.push(error),
    })
    open.push(listener)
    await listener.listen({
      changed: (channel, subject) => heard.push(`${channel} ${subject}`),
      lost: () => {
        lost += 1
      },
    })
    return {
      listener,
      heard,
      errors,
      get lost() {
        return lost
      },
    }
  }

  /** The connections that listen, as the database knows them. */
  const listening = async (): Promise<number[]> => {
    const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
      where datname = current_database() and application_name = 'latchkey listener'`.execute(aside.kysely)
    return rows.map(({ pid }) => pid)
  }

  const kill = async (): Promise<void> => {
    for (const pid of await listening())
      await sql`select pg_terminate_backend(${pid}::int)`.execute(aside.kysely)
  }

  const announce = (subject: string) =>
    sql`select pg_notify('latchkey_signing_key', ${subject})`.execute(aside.kysely)

  const hearsAgain = (started: { readonly heard: readonly string[] }, subject: string) =>
    vi.waitFor(
      async () => {
        await announce(subject)
        expect(started.heard).toContain(`latchkey_signing_key ${subject}`)
      },
      { timeout: 8000, interval: 100 },
    )

  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

  test('a connection that falls silent is noticed by itself, said once, and replaced', async () => {
    const started = await startListener({ heartbeatMilliseconds: 100 })
    await hearsAgain(started, 'before')
    // A few heartbeats go well and say nothing.
    await pause(400)
    expect([started.lost, started.errors]).toEqual([1, []])
    link.strand()
    await vi.waitFor(() => expect(started.lost).toBe(2), { timeout: 3000 })
    expect(started.errors).toHaveLength(1)
    await hearsAgain(started, 'after')
    expect(started.lost).toBe(3)
  })

  test('a connection that dies before it listens to everything leaves no second one behind', async () => {
    const started = await startListener()
    link.cutAt('listen latchkey_signing_key')
    await kill()
    await hearsAgain(started, 'once')
    // Long enough for another one that waits to be made.
    await pause(2500)
    expect(await listening()).toHaveLength(1)
    await announce('counted')
    await vi.waitFor(() => expect(started.heard.filter((line) => line.endsWith('counted'))).toHaveLength(1))
    await started.listener.close()
    await pause(1500)
    expect(await listening()).toEqual([])
  })

  test('a server that cannot be reached for a while is tried until it can', async () => {
    const started = await startListener({ heartbeatMilliseconds: 100 })
    link.stall()
    const before = link.begun
    await vi.waitFor(() => expect(link.begun).toBeGreaterThan(before + 1), { timeout: 8000 })
    link.resume()
    await hearsAgain(started, 'at last')
    expect(started.errors.length).toBeGreaterThan(1)
  })

  for (const [when, milliseconds] of [
    ['between two attempts', 100],
    ['while it connects', 1300],
  ] as const) {
    test(`closed ${when}, it stays closed`, async () => {
      const started = await startListener()
      link.stall()
      await kill()
      link.resume()
      await vi.waitFor(() => expect(started.lost).toBe(2))
      link.stall()
      await pause(milliseconds)
      const errors = started.errors.length
      const begun = link.begun
      const closing = performance.now()
      await started.listener.close()
      expect(performance.now() - closing).toBeLessThan(200)
      link.resume()
      await pause(2000)
      expect([link.begun, started.errors.length, await listening()]).toEqual([begun, errors, []])
    })
  }

  test('closing does not wait for one that is dead', async () => {
    const { listener, errors } = await startListener()
    link.strand()
    const closing = performance.now()
    await listener.close()
    expect(performance.now() - closing).toBeLessThan(1500)
    expect(errors).toEqual([])
  })

  test('the first connection must work', async () => {
    link.cutAt('listen latchkey_application')
    await expect(startListener()).rejects.toThrow('terminated')
    await pause(1500)
    expect(await listening()).toEqual([])
  })
} else {
  test('the embedded store announces what changed as well', async () => {
    const opened = await openTestDatabase()
    const heard: string[] = []
    await opened.database.listen({
      changed: (channel, subject) => heard.push(`${channel} ${subject}`),
      lost: () => {},
    })
    await sql`select pg_notify('latchkey_application', 'one')`.execute(opened.database.kysely)
    await vi.waitFor(() => expect(heard).toEqual(['latchkey_application one']))
    await opened[Symbol.asyncDispose]()
  })
}
