import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { CredentialId } from '../../src/protocol/identifiers.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { storesOn } from '../../src/storage/index.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { databaseLink } from '../reliability/database-link.ts'
import { freePort, TEST_SECRET } from '../support/app.ts'
import { type BuiltProgram, buildProgram } from '../support/built-program.ts'
import { newCertificate } from '../support/certificate.ts'
import { createServerDatabase, type ServerDatabase, testStore } from '../support/database-server.ts'
import { type Fixtures, fixturesOn, type TestApplication } from '../support/fixtures.ts'
import { readMetrics } from '../support/metrics.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let program: BuiltProgram
let database: ServerDatabase
let aside: Awaited<ReturnType<typeof openDatabase>>
let fixtures: Fixtures
let machine: TestApplication
beforeAll(async () => {
  program = buildProgram()
  database = await createServerDatabase(withKeys())
  aside = await openDatabase({ kind: 'postgresql', url: database.url, poolSize: 2 }, () => {})
  fixtures = fixturesOn({
    transaction: transactionOn(aside.kysely),
    clock: systemClock,
    random: systemRandom,
  })
  machine = await fixtures.m2m(await fixtures.organization())
})
afterAll(async () => {
  await aside?.close()
  await database?.drop()
  program?.remove()
})

const withKeys = (): string => {
  if (testStore.kind !== 'postgres') throw new Error('A node with workers is on PostgreSQL.')
  return testStore.templates.withKeys
}

interface Line {
  readonly msg: string
  readonly worker?: number
  readonly pid?: number
  readonly [field: string]: unknown
}

interface Served extends AsyncDisposable {
  readonly issuer: string
  readonly watching: string
  readonly primary: ChildProcess
  readonly lines: readonly Line[]
  readonly errors: () => string
  /** Process IDs of the workers. */
  workers(): number[]
  readonly exited: Promise<number | null>
}

const serve = async (settings: Readonly<Record<string, string>> = {}): Promise<Served> => {
  const port = await freePort()
  const metricsPort = await freePort()
  const primary = spawn(process.execPath, [program.main, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      ...{ DATABASE_URL: database.url, LATCHKEY_SECRET: TEST_SECRET, WORKERS: '2' },
      ...{ LATCHKEY_PORT: String(port), LATCHKEY_METRICS_PORT: String(metricsPort) },
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: Line[] = []
  let errors = ''
  let rest = ''
  primary.stdout?.on('data', (chunk: Buffer) => {
    const texts = (rest + chunk.toString()).split('\n')
    rest = texts.pop() ?? ''
    for (const text of texts) lines.push(JSON.parse(text) as Line)
  })
  primary.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const exited = new Promise<number | null>((resolve) => primary.once('exit', resolve))
  return {
    issuer: `http://localhost:${port}`,
    watching: `http://localhost:${metricsPort}`,
    primary,
    lines,
    errors: () => errors,
    exited,
    workers: () => [
      ...new Set(
        lines.flatMap(({ msg, pid }) =>
          msg === 'serving' && pid !== undefined && isThere(pid) ? [pid] : [],
        ),
      ),
    ],
    [Symbol.asyncDispose]: async () => {
      primary.kill('SIGINT')
      await exited
    },
  }
}

const served = async (settings: Readonly<Record<string, string>> = {}): Promise<Served> => {
  const server = await serve(settings)
  // The last line is the primary's own.
  await expect
    .poll(() => server.lines.find(({ msg, workers }) => msg === 'serving' && workers), {
      timeout: 30_000,
    })
    .toBeDefined()
  return server
}

/** On a connection of its own, so that each may reach another worker. */
const token = async (
  { issuer }: Pick<Served, 'issuer'>,
  { clientId, clientSecret = '' }: TestApplication = machine,
): Promise<number> => {
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    headers: { connection: 'close' },
    body: new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    }),
  })
  await response.arrayBuffer()
  return response.status
}

describe('WORKERS', { timeout: 60_000 }, () => {
  test('share the work of one address, and are watched as one node', async () => {
    await using server = await served()
    expect(server.workers()).toHaveLength(2)
    const before = await readMetrics(server.watching)
    const statuses = await Promise.all(Array.from({ length: 40 }, () => token(server)))
    expect(new Set(statuses)).toEqual(new Set([200]))
    const after = await readMetrics(server.watching)
    expect(tokensIn(after) - tokensIn(before)).toBe(40)
    expect([after.value('latchkey_ready'), after.value('latchkey_workers')]).toEqual([1, 2])
    expect(after.value('latchkey_job_interval_seconds', { job: 'sweep-expired' })).toBe(
      before.value('latchkey_job_interval_seconds', { job: 'sweep-expired' }),
    )
    // Both did some of it.
    const answered = server.lines.filter(({ msg, path }) => msg === 'request' && path === '/oauth2/token')
    expect(new Set(answered.map(({ worker }) => worker)).size).toBe(2)
    const ready = await fetch(`${server.watching}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: 'ok', migrations: 'ok', keys: 'ok' } },
    ])
  })

  test('are replaced on SIGHUP without a request that fails, and nothing counted is lost', async () => {
    await using server = await served()
    const old = server.workers()
    let isOver = false
    const statuses: unknown[] = []
    const clients = Array.from({ length: 3 }, async () => {
      while (!isOver) statuses.push(await token(server).catch((error: unknown) => error))
    })
    const counts: number[] = []
    const watcher = (async () => {
      while (!isOver) counts.push(await tokensCounted(server))
    })()
    server.primary.kill('SIGHUP')
    await expect
      .poll(() => server.workers().filter((pid) => old.includes(pid)), { timeout: 30_000 })
      .toEqual([])
    await expect.poll(() => server.workers()).toHaveLength(2)
    isOver = true
    await Promise.all([...clients, watcher])
    expect(statuses.length).toBeGreaterThan(10)
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    expect(await tokensCounted(server)).toBe(statuses.length)
    // What goes back is taken for a beginning, and all that was counted for new.
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
  })

  test('are replaced when one ends on its own, while the others go on', async () => {
    await using server = await served()
    const [first = 0, second] = server.workers()
    await Promise.all(Array.from({ length: 40 }, () => token(server)))
    expect(await tokensCounted(server)).toBe(40)
    process.kill(first, 'SIGKILL')
    await expect.poll(() => server.lines.some(({ msg }) => msg.startsWith('a worker ended'))).toBe(true)
    expect(await token(server)).toBe(200)
    await expect.poll(() => server.workers(), { timeout: 30_000 }).toHaveLength(2)
    const now = server.workers()
    expect(now).toContain(second)
    expect(now).not.toContain(first)
    // What it had said that it had counted is not lost with it.
    expect(await tokensCounted(server)).toBe(41)
  })

  test('are as many as before, once what kept new ones from serving is mended', async () => {
    const files = await temporaryDirectory()
    onTestFinished(files.remove)
    const { pem, keyPem } = newCertificate({ alternativeNames: { dns: ['localhost'] } })
    const [certificate, key] = [join(files.path, 'certificate.pem'), join(files.path, 'key.pem')]
    await writeFile(certificate, pem)
    await writeFile(key, keyPem)
    await using server = await served({
      LATCHKEY_ISSUER: 'https://localhost:4444',
      ...{ LATCHKEY_TLS_CERTIFICATE_FILE: certificate, LATCHKEY_TLS_KEY_FILE: key },
    })
    const [first = 0, second] = server.workers()
    await rm(certificate)
    server.primary.kill('SIGHUP')
    await expect.poll(() => childrenOf(server.primary), { interval: 5 }).toHaveLength(3)
    process.kill(first, 'SIGKILL')
    await expect
      .poll(() => server.lines.some(({ msg }) => msg.startsWith('a new worker did not come')))
      .toBe(true)
    expect(server.workers()).toEqual([second])
    await writeFile(certificate, pem)
    await expect.poll(() => server.workers(), { timeout: 30_000 }).toHaveLength(2)
  })

  test('all refuse a secret that was deleted', async () => {
    await using server = await served()
    const other = await fixtures.m2m(await fixtures.organization())
    const statuses = async () => {
      const each = Array.from({ length: 12 }, () => token(server, other))
      return [...new Set(await Promise.all(each))]
    }
    expect(await statuses()).toEqual([200])
    await storesOn(aside.kysely).clientCredentials.delete(other.credentialId as CredentialId)
    await expect.poll(statuses).toEqual([401])
  })

  test('end with the primary, which finishes what runs and ends with 0', async () => {
    await using server = await served()
    const workers = server.workers()
    server.primary.kill('SIGINT')
    expect(await server.exited).toBe(0)
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(server.lines.at(-1)?.msg).toBe('stopped')
  })

  test('end with a primary that is told to before all of them serve', async () => {
    await using server = await serve({ WORKERS: '4' })
    await expect.poll(() => childrenOf(server.primary), { interval: 5 }).toHaveLength(1)
    server.primary.kill('SIGHUP')
    server.primary.kill('SIGINT')
    expect(await server.exited).toBe(0)
    expect(server.lines.filter(({ msg, workers }) => msg === 'serving' && workers)).toEqual([])
    for (const { pid } of server.lines) if (pid !== undefined) expect(isThere(pid)).toBe(false)
  })

  test('say that they are not ready where the database answers nothing, and what they have counted', async () => {
    const link = await databaseLink(database.url)
    onTestFinished(() => link.close())
    await using server = await served({ DATABASE_URL: link.url })
    expect(await token(server)).toBe(200)
    link.stall()
    const told = await readMetrics(server.watching)
    expect([told.value('latchkey_ready'), tokensIn(told)]).toEqual([0, 1])
    const ready = await fetch(`${server.watching}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { checks: { database: 'failed', keys: 'ok' } },
    ])
    link.resume()
  })

  test('are told of as not ready while none of them serves, and why one ended is in the log', async () => {
    await using server = await served()
    // The place of a worker is taken later each time.
    for (let round = 0; round < 3; round++) {
      for (const pid of server.workers()) process.kill(pid, 'SIGKILL')
      await expect.poll(() => server.workers().length, { timeout: 30_000 }).toBeGreaterThan(0)
    }
    for (const pid of server.workers()) process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await readMetrics(server.watching)).value('latchkey_workers')).toBe(0)
    expect((await readMetrics(server.watching)).value('latchkey_ready')).toBe(0)
    expect(server.lines).toContainEqual(expect.objectContaining({ exitCode: null, signal: 'SIGKILL' }))
  })

  test('tell what they count until they have stopped, and stop at once when told again', async () => {
    await using server = await served()
    expect(await token(server)).toBe(200)
    const workers = server.workers()
    server.primary.kill('SIGTERM')
    await expect.poll(() => server.lines.filter(({ msg }) => msg === 'stopping')).toHaveLength(3)
    const told = await readMetrics(server.watching)
    expect([told.value('latchkey_ready'), tokensIn(told)]).toEqual([0, 1])
    server.primary.kill('SIGTERM')
    expect(await server.exited).toBe(null)
    for (const pid of workers) await expect.poll(() => isThere(pid)).toBe(false)
  })

  test('that find the port taken say so once', async () => {
    await using server = await served()
    const second = await serve({ LATCHKEY_PORT: new URL(server.issuer).port })
    expect(await second.exited).toBe(1)
    expect(second.errors()).toBe(
      'latchkey: The port is in use by another program; stop that, or choose another one by LATCHKEY_PORT.\n',
    )
  })

  test('end when the primary is killed: nobody would hand them connections', async () => {
    await using server = await served()
    const workers = server.workers()
    server.primary.kill('SIGKILL')
    await server.exited
    for (const pid of workers) {
      await expect.poll(() => isThere(pid), { timeout: 20_000 }).toBe(false)
    }
  })

  test('that cannot start say why once, and the primary ends as they do', async () => {
    await using server = await serve({
      LATCHKEY_TLS_CERTIFICATE_FILE: '/nowhere',
      LATCHKEY_TLS_KEY_FILE: '/nowhere',
      LATCHKEY_ISSUER: 'https://localhost:4444',
    })
    expect(await server.exited).toBe(1)
    expect(server.errors().match(/latchkey: /g)).toHaveLength(1)
    expect(server.errors()).toContain('LATCHKEY_TLS_CERTIFICATE_FILE names a file that cannot be read')
  })
})

const tokensIn = (told: Awaited<ReturnType<typeof readMetrics>>): number =>
  told.value('latchkey_tokens_issued_total', { grant_type: 'client_credentials' }) ?? 0

const tokensCounted = async ({ watching }: Pick<Served, 'watching'>): Promise<number> =>
  tokensIn(await readMetrics(watching))

/** Process IDs. */
const childrenOf = ({ pid }: ChildProcess): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
