import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startServer } from '../../src/cli/serve.ts'
import { deleteCredential } from '../../src/clients/credentials.ts'
import { loadConfig } from '../../src/config/config.ts'
import { actingAs } from '../../src/events/record.ts'
import { createLogger } from '../../src/observability/logger.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { freePort, TEST_SECRET } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { type BuiltProgram, buildProgram } from '../support/built-program.ts'
import { createServerDatabase, testStore } from '../support/database-server.ts'
import { fixturesOn, type TestApplication } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import {
  type Answer,
  authorize,
  clientToken,
  introspect,
  obtainTokens,
  redeem,
  refresh,
  textOf,
  userinfo,
} from '../support/relying-party.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { type CuttableConnection, cuttableConnection } from './cuttable-connection.ts'

/* What becomes of requests, caches and data when something dies. */

if (testStore.kind === 'postgres') {
  /** A node whose way to the database can be cut, and another way for the test itself. */
  const startCuttableNode = async () => {
    const { url, drop } = await createServerDatabase(
      testStore.kind === 'postgres' ? testStore.templates.empty : '',
    )
    const way = await cuttableConnection(new URL(url))
    const through = new URL(url)
    through.port = String(way.port)
    const errors: unknown[] = []
    const database = await openDatabase({ kind: 'postgresql', url: through.href, poolSize: 10 }, (error) =>
      errors.push(error),
    )
    const port = await freePort()
    const config = loadConfig({ LATCHKEY_PORT: String(port), LATCHKEY_HOST: '127.0.0.1' })
    const server = await startServer(
      config,
      { database, secret: TEST_SECRET, [Symbol.asyncDispose]: () => database.close() },
      { logger: createLogger({ level: 'silent' }) },
    )
    const aside = await openDatabase({ kind: 'postgresql', url, poolSize: 2 }, () => {})
    const transaction = transactionOn(aside.kysely)
    return {
      issuer: config.issuer,
      way,
      errors,
      aside,
      transaction,
      fixtures: fixturesOn({ transaction, clock: systemClock, random: systemRandom }),
      /** Ends the connections of the node at the database: all, or those of one name. */
      killConnections: async (name = 'latchkey%') => {
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and application_name like ${name}
            and client_port not in (select client_port from pg_stat_activity where pid = pg_backend_pid())`.execute(
          aside.kysely,
        )
      },
      close: async () => {
        await server.close()
        await aside.close()
        await way.cut()
        await drop()
      },
    }
  }

  let node: Awaited<ReturnType<typeof startCuttableNode>>
  let machine: TestApplication
  let web: TestApplication
  let way: CuttableConnection
  beforeAll(async () => {
    node = await startCuttableNode()
    way = node.way
    machine = await node.fixtures.m2m(await node.fixtures.organization())
    web = await node.fixtures.firstParty()
  })
  afterAll(() => node.close())

  /** Done, or asked to try again; never a fault of ours, never an answer that is no JSON. */
  const expectDoneOrLater = ({ status, headers, body }: Answer): void => {
    expect([200, 503]).toContain(status)
    if (status === 503) {
      expect(body['error']).toBe('temporarily_unavailable')
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
  }

  const recovered = () =>
    vi.waitFor(
      async () => {
        const token = textOf(await clientToken(node, machine), 'access_token')
        expect((await introspect(node, web, token)).body['active']).toBe(true)
      },
      { timeout: 10_000, interval: 100 },
    )

  describe('connections that the database ends', () => {
    test('in the middle of requests cost those requests at most, and are made again', async () => {
      const token = textOf(await clientToken(node, machine), 'access_token')
      for (let round = 0; round < 3; round++) {
        const asking = Promise.all(Array.from({ length: 40 }, () => introspect(node, web, token)))
        await node.killConnections()
        for (const answer of await asking) expectDoneOrLater(answer)
      }
      await recovered()
    })

    test('while a code is redeemed never make two sets of tokens of it', async () => {
      const user = await node.fixtures.user()
      const browser = createBrowser(node.issuer)
      for (let round = 0; round < 3; round++) {
        await recovered()
        const code =
          (await authorize(node, web, user, { scope: 'openid offline_access' }, browser)).get('code') ?? ''
        const asking = Promise.all(Array.from({ length: 5 }, () => redeem(node, web, code)))
        await node.killConnections()
        const answers = await asking
        for (const { status } of answers) expect([200, 400, 503]).toContain(status)
        const got = answers.filter(({ status }) => status === 200)
        expect(got.length).toBeLessThanOrEqual(1)
      }
      await recovered()
    })

    test('while a token is refreshed lose nothing: the retry gets it', async () => {
      const user = await node.fixtures.user()
      const tokens = await obtainTokens(node, web, user, { scope: 'openid offline_access' })
      const token = textOf(tokens, 'refresh_token')
      const asking = refresh(node, web, token)
      await node.killConnections()
      expectDoneOrLater(await asking)
      await vi.waitFor(async () => expect((await refresh(node, web, token)).status).toBe(200), {
        timeout: 10_000,
      })
    })

    test('that listened are made again, and what was cached meanwhile is dropped', async () => {
      const own = await node.fixtures.m2m(await node.fixtures.organization())
      expect((await clientToken(node, own)).status).toBe(200)
      const started = performance.now()
      await node.killConnections('latchkey listener')
      const { credentialId } = own
      await node.transaction(async (stores) => {
        const acting = actingAs({ type: 'operator' }, { stores, now: new Date(), random: systemRandom })
        expect(credentialId && (await deleteCredential(acting, credentialId))).toBeDefined()
      })
      await vi.waitFor(async () => expect((await clientToken(node, own)).status).toBe(401), {
        timeout: 4000,
        interval: 50,
      })
      // By hearing of it, not by the cache running out after five seconds.
      expect(performance.now() - started).toBeLessThan(4500)
      await vi.waitFor(
        async () => {
          const { rows } = await sql`select pid from pg_stat_activity
            where datname = current_database() and application_name = 'latchkey listener'`.execute(
            node.aside.kysely,
          )
          expect(rows).toHaveLength(1)
        },
        { timeout: 5000 },
      )
    })
  })

  describe('a database that is away', () => {
    test('is told as 503 with Retry-After everywhere it is needed, and everything recovers by itself', async () => {
      const user = await node.fixtures.user()
      const tokens = await obtainTokens(node, web, user, { scope: 'openid offline_access' })
      await way.cut()
      try {
        const answers = [
          await introspect(node, web, textOf(tokens, 'access_token')),
          await refresh(node, web, textOf(tokens, 'refresh_token')),
          await userinfo(node, textOf(tokens, 'access_token')),
        ]
        for (const answer of answers) {
          expect({ status: answer.status, body: answer.body }).toEqual({
            status: 503,
            body: { error: 'temporarily_unavailable', error_description: expect.any(String) },
          })
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
          expect(answer.headers.get('cache-control')).toBe('no-store')
        }
        expectDoneOrLater(await clientToken(node, machine))
        const page = await fetch(
          `${node.issuer}/oauth2/authorize?client_id=${web.clientId}&response_type=code`,
          {
            headers: { cookie: `latchkey_session=${'A'.repeat(43)}` },
          },
        )
        expect(page.status).toBe(503)
        expect(page.headers.get('content-type')).toContain('text/html')
        expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
        await page.text()
        const statuses = await Promise.all(
          ['/healthz', '/readyz', '/.well-known/openid-configuration', '/oauth2/jwks'].map(async (path) => {
            const response = await fetch(node.issuer + path)
            await response.text()
            return response.status
          }),
        )
        // The keys are known for a while yet: verifiers need not notice.
        expect(statuses).toEqual([200, 503, 200, 200])
        expect(await (await fetch(`${node.issuer}/readyz`)).json()).toEqual({
          status: 'not ready',
          checks: { database: 'failed', migrations: 'failed', keys: 'ok' },
        })
      } finally {
        await way.restore()
      }
      await recovered()
      expect((await refresh(node, web, textOf(tokens, 'refresh_token'))).status).toBe(200)
      // Nobody had to be told: what broke was reported, and the process lives.
      expect(node.errors.length).toBeGreaterThan(0)
    })
  })
} else {
  let program: BuiltProgram
  let directory: TemporaryDirectory
  let settings: Record<string, string>
  const children: ChildProcess[] = []
  beforeAll(async () => {
    program = buildProgram()
    directory = await temporaryDirectory()
    settings = { LATCHKEY_DATA_DIR: join(directory.path, 'data'), LATCHKEY_LOG_LEVEL: 'warn' }
  }, 120_000)
  afterAll(async () => {
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) await killed(child)
    directory.remove()
    program.remove()
  })

  const killed = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  const serve = async (): Promise<{ readonly issuer: string; readonly child: ChildProcess }> => {
    const port = await freePort()
    const child = spawn(process.execPath, [program.main, 'serve'], {
      env: { PATH: process.env['PATH'] ?? '', ...settings, LATCHKEY_PORT: String(port) },
      stdio: 'ignore',
    })
    children.push(child)
    const issuer = `http://localhost:${port}`
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`)
        expect((await fetch(`${issuer}/readyz`)).status).toBe(200)
      },
      { timeout: 30_000, interval: 50 },
    )
    return { issuer, child }
  }

  const keysOf = async (issuer: string): Promise<unknown> => (await fetch(`${issuer}/oauth2/jwks`)).json()

  describe('the embedded store', { timeout: 60_000 }, () => {
    test('survives kill -9: the keys, the environment and what was written are there again', async () => {
      const first = await serve()
      const keys = await keysOf(first.issuer)
      // Rows that requests write: failed sign-ins are counted and told in events.
      const browser = createBrowser(first.issuer)
      const home = await browser.get('/sign-in')
      expect((await signIn(browser, home, { email: 'a@example.com', password: 'not right' })).status).toBe(
        422,
      )
      await killed(first.child)
      expect(JSON.parse(await readFile(join(directory.path, 'data/lock'), 'utf8'))).toMatchObject({
        processId: first.child.pid,
      })

      const second = await serve()
      expect(await keysOf(second.issuer)).toEqual(keys)
      // Killed again at once, while it works.
      const asking = Promise.allSettled(
        Array.from({ length: 20 }, () => createBrowser(second.issuer).get('/sign-in')),
      )
      await killed(second.child)
      await asking

      const database = await openDatabase(
        { kind: 'embedded', directory: join(directory.path, 'data/store') },
        () => {},
      )
      try {
        const events = await database.kysely.selectFrom('event').select('name').execute()
        expect(events.map(({ name }) => name)).toContain('authentication.password_failed')
      } finally {
        await database.close()
      }
    })

    test('is refused to a second process, in a sentence that says what to do, and the first goes on', async () => {
      const { issuer, child } = await serve()
      const second = await program.run(['serve'], { ...settings, LATCHKEY_PORT: String(await freePort()) })
      expect(second.code).toBe(1)
      expect(second.output.trim()).toBe(
        `latchkey: The data directory ${settings['LATCHKEY_DATA_DIR']} is in use by process ${child.pid}; stop that first, or name another one by LATCHKEY_DATA_DIR.`,
      )
      expect((await program.run(['keys', 'list'], settings)).output).toContain('is in use by process')
      expect((await fetch(`${issuer}/readyz`)).status).toBe(200)
      await killed(child)
    })
  })
}
