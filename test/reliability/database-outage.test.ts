import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startServer } from '../../src/cli/serve.ts'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { createLogger } from '../../src/observability/logger.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemRandom } from '../../src/system/random.ts'
import { freePort, TEST_SECRET } from '../support/app.ts'
import { createServerDatabase, testStore } from '../support/database-server.ts'
import { fixturesOn, type TestApplication, type TestUser } from '../support/fixtures.ts'
import {
  type Answer,
  clientToken,
  introspect,
  obtainTokens,
  refresh,
  textOf,
  userinfo,
} from '../support/relying-party.ts'
import { settableClock } from '../support/settable-clock.ts'
import { type DatabaseLink, databaseLink } from './database-link.ts'

/*
 * Two nodes, and a database that falls silent under both: nothing is refused, nothing ends, nothing arrives. Worse
 * than one that is stopped (crashes.test.ts), which at least says so.
 */

const times = { connect: 500, statement: 600, query: 800, heartbeat: 300 }

/** For a connection, and for an answer on it; the rest is a busy machine. */
const BOUND = 3000

if (testStore.kind === 'postgres') {
  const template = testStore.templates.empty
  const clock = settableClock()
  let link: DatabaseLink
  let aside: Database
  let nodes: { readonly issuer: string }[]
  let user: TestUser
  let web: TestApplication
  let machine: TestApplication
  let config: Config | undefined
  const closing: (() => Promise<void>)[] = []

  const startNode = async () => {
    const database = await openDatabase({ kind: 'postgresql', url: link.url, poolSize: 5, times }, () => {})
    const port = await freePort()
    // Nodes of one deployment have one issuer, wherever they listen: that of the first.
    const own = loadConfig({ LATCHKEY_PORT: String(port), LATCHKEY_HOST: '127.0.0.1' })
    config ??= own
    const server = await startServer(
      { ...config, port },
      { database, secret: TEST_SECRET, [Symbol.asyncDispose]: () => database.close() },
      { clock, logger: createLogger({ level: 'silent' }) },
    )
    closing.unshift(() => server.close())
    return { issuer: own.issuer }
  }

  beforeAll(async () => {
    const own = await createServerDatabase(template)
    closing.push(() => own.drop())
    link = await databaseLink(own.url)
    closing.unshift(() => link.close())
    aside = await openDatabase({ kind: 'postgresql', url: own.url, poolSize: 2 }, () => {})
    closing.unshift(() => aside.close())
    nodes = [await startNode(), await startNode()]
    const fixtures = fixturesOn({ transaction: transactionOn(aside.kysely), clock, random: systemRandom })
    user = await fixtures.user()
    web = await fixtures.firstParty()
    machine = await fixtures.m2m(await fixtures.organization())
  })
  afterEach(() => link.resume())
  afterAll(async () => {
    for (const close of closing) await close()
  })

  const timed = async (asked: Promise<Answer>): Promise<Answer> => {
    const started = performance.now()
    const answer = await asked
    expect(performance.now() - started).toBeLessThan(BOUND)
    return answer
  }

  const expectLater = ({ status, headers, body }: Answer): void => {
    expect([status, body['error']]).toEqual([503, 'temporarily_unavailable'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }

  const recovered = () =>
    vi.waitFor(
      async () => {
        for (const node of nodes) {
          const token = textOf(await clientToken(node, machine), 'access_token')
          expect((await introspect(node, web, token)).body['active']).toBe(true)
        }
      },
      { timeout: 15_000, interval: 200 },
    )

  describe('a database that falls silent under two nodes', { timeout: 60_000 }, () => {
    test('is told as 503 with Retry-After in bounded time; both recover by themselves', async () => {
      const [first] = nodes
      if (first === undefined) throw new RangeError()
      const tokens = await obtainTokens(first, web, user, { scope: 'openid offline_access' })
      const access = textOf(tokens, 'access_token')
      await recovered()
      link.stall()
      // More than a pool has connections, and more than once: what is dead is not used again, what waits gives up.
      for (let round = 0; round < 2; round++) {
        const asked = nodes.flatMap((node) => [
          ...Array.from({ length: 8 }, () => timed(introspect(node, web, access))),
          timed(userinfo(node, access)),
          timed(refresh(node, web, textOf(tokens, 'refresh_token'))),
        ])
        for (const answer of await Promise.all(asked)) expectLater(answer)
      }
      link.resume()
      await recovered()
      expect((await refresh(first, web, textOf(tokens, 'refresh_token'))).status).toBe(200)
    })

    test('is not noticed by warm client credentials at first, then refused, then served again', async () => {
      await recovered()
      for (const node of nodes) expect((await clientToken(node, machine)).status).toBe(200)
      link.stall()
      for (const node of nodes) expect((await timed(clientToken(node, machine))).status).toBe(200)
      clock.advance(5)
      for (const node of nodes) {
        expectLater(await timed(clientToken(node, machine)))
        // Nobody joins a lookup that is dead.
        expectLater(await timed(clientToken(node, machine)))
      }
      link.resume()
      await recovered()
    })

    test('and comes back elsewhere is used there, though the old connections never end', async () => {
      await recovered()
      link.strand()
      await pause(times.heartbeat)
      await recovered()
    })
  })
} else {
  test('the embedded store is in the process, and away only with it', () => {
    expect(testStore.kind).toBe('pglite')
  })
}
