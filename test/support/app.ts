import { createServer } from 'node:net'
import { sql } from 'kysely'
import { expect, vi } from 'vitest'
import { startServer } from '../../src/cli/serve.ts'
import { type Config, loadConfig } from '../../src/config/config.ts'
import type { Overrides } from '../../src/dependencies.ts'
import type { Foundation } from '../../src/foundation.ts'
import { createLogger } from '../../src/observability/logger.ts'
import { type Stores, storesOn } from '../../src/storage/index.ts'
import { type Transaction, transactionOn } from '../../src/storage/transaction.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestDatabase, type TestDatabase, testStore } from './database-server.ts'
import { type Fixtures, fixturesOn } from './fixtures.ts'
import { type Management, managementOf, type WorkOS, workosOf } from './management.ts'
import { watchPlans } from './query-plans.ts'
import { quickHasher } from './quick-hasher.ts'
import { type SettableClock, settableClock } from './settable-clock.ts'
import { TEST_SECRET, type Templates } from './test-store.ts'

export { TEST_SECRET } from './test-store.ts'

/** The whole server over HTTP, with a database of its own and a clock the test sets. */
export interface TestApp extends AsyncDisposable {
  readonly issuer: string
  readonly config: Config
  readonly clock: SettableClock
  readonly stores: Stores
  readonly transaction: Transaction
  readonly testDatabase: TestDatabase
  /** Makes organizations, users and applications through the code the server itself uses. */
  readonly fixtures: Fixtures
  /** The official SDK, with a key of all rights (or of those named) and without retries. */
  sdk(permissions?: readonly string[]): Promise<WorkOS>
  /** The management API by hand, with a key of all rights or of those named. */
  management(permissions?: readonly string[]): Promise<Management>
  /** Every line the server has logged, as text. */
  readonly logLines: readonly string[]
  /** When this is done, this node and those of `startNode` have heard of every change that was made before. */
  changesHeard(): Promise<void>
  /** Another node on the same database. Only on PostgreSQL; the embedded store has one process. */
  startNode(overrides?: Overrides): Promise<{ readonly issuer: string; close(): Promise<void> }>
}

export interface TestAppOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly overrides?: Overrides
  /** `empty` for a server that makes its signing keys itself; others find the same ones, made once for all. */
  readonly template?: keyof Templates
}

export const startTestApp = async ({
  settings = {},
  overrides = {},
  template = 'withKeys',
}: TestAppOptions = {}): Promise<TestApp> => {
  const testDatabase = await openTestDatabase(template)
  const clock = settableClock()
  const logLines: string[] = []
  const port = await freePort()
  const config = loadConfig({ LATCHKEY_PORT: String(port), LATCHKEY_HOST: '127.0.0.1', ...settings })
  const logger = createLogger({ level: 'debug' }, { write: (line: string) => void logLines.push(line) })
  const plans =
    testStore.kind === 'postgres' ? watchPlans(testDatabase.database, testStore.plansUrl) : undefined
  const foundation: Foundation = {
    database: plans?.database ?? testDatabase.database,
    secret: TEST_SECRET,
    [Symbol.asyncDispose]: () => testDatabase[Symbol.asyncDispose](),
  }
  const standing: Overrides = { clock, logger, passwordHasher: quickHasher(), ...overrides }
  const start = () => startServer(config, foundation, standing)
  const server = await (plans ? plans.within(start) : start())
  const stores = storesOn(testDatabase.database.kysely)
  const transaction = transactionOn(testDatabase.database.kysely)
  const fixtures = fixturesOn({ transaction, clock, random: systemRandom })
  let nodes = 1
  return {
    issuer: config.issuer,
    config,
    clock,
    stores,
    transaction,
    testDatabase,
    logLines,
    fixtures,
    sdk: async (permissions) => workosOf(config.issuer, await fixtures.apiKey(permissions)),
    management: async (permissions) => managementOf(config.issuer, await fixtures.apiKey(permissions)),
    changesHeard: async () => {
      // Announcements arrive in the order of the commits, so whoever has this one has all before it.
      const { kysely } = testDatabase.database
      const last = crypto.randomUUID()
      await sql`select pg_notify('latchkey_application', ${last})`.execute(kysely)
      const heard = () => logLines.filter((line) => line.includes(last)).length
      await vi.waitFor(() => expect(heard()).toBe(nodes), { timeout: 10_000, interval: 2 })
    },
    startNode: async (nodeOverrides = {}) => {
      const { url } = testDatabase
      if (url === undefined) throw new Error('Another node needs a PostgreSQL database.')
      const { openDatabase } = await import('../../src/storage/database.ts')
      const database = await openDatabase({ kind: 'postgresql', url, poolSize: 5 }, () => {})
      const nodePort = await freePort()
      const node = await startServer(
        // The issuer of a node is that of the deployment, wherever it listens.
        { ...config, port: nodePort },
        { database, secret: TEST_SECRET, [Symbol.asyncDispose]: () => database.close() },
        { ...standing, ...nodeOverrides },
      )
      nodes += 1
      return {
        issuer: `http://127.0.0.1:${nodePort}`,
        close: async () => {
          nodes -= 1
          await node.close()
        },
      }
    },
    [Symbol.asyncDispose]: async () => {
      try {
        await plans?.verify()
      } finally {
        await server.close()
      }
    },
  }
}

/** A port nobody listens on at the moment: the issuer has to be known before the server starts. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
