import { existsSync } from 'node:fs'
import { createServer, request as requestHttp } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { doctorCommand } from '../../src/cli/doctor.ts'
import { examineDeployment } from '../../src/cli/examine-deployment.ts'
import { examineStore } from '../../src/cli/examine-store.ts'
import type { Config } from '../../src/config/config.ts'
import { DIAGNOSIS_HEADER } from '../../src/doctor/diagnosis.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import type { Issuer } from '../../src/protocol/issuer.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { freePort, startTestApp, TEST_SECRET, type TestApp } from '../support/app.ts'
import { createServerDatabase } from '../support/database-server.ts'

/* What `latchkey doctor` finds out by asking: a server that runs, and its database. What it makes of it: test/doctor. */

const means = { clock: systemClock, random: systemRandom }
let app: TestApp
let url: string
beforeAll(async () => {
  app = await startTestApp()
  url = app.testDatabase.url ?? ''
})
afterAll(() => app[Symbol.asyncDispose]())

const onDatabase = (databaseUrl: string): Config => ({
  ...app.config,
  secret: TEST_SECRET,
  database: { kind: 'postgresql', url: databaseUrl, poolSize: 10, prepareStatements: true },
})

const levelOf = (findings: readonly Finding[], subject: Finding['subject']) =>
  findings.filter((finding) => finding.subject === subject).map(({ level }) => level)

describe('the store of a deployment', () => {
  test('is fit, with its keys, and its clock agrees', async () => {
    const { findings, keys } = await examineStore(onDatabase(url), means)
    expect(findings.map(({ subject, level }) => [subject, level])).toEqual([
      ['database', 'ok'],
      ['clock', 'ok'],
      ['keys', 'ok'],
    ])
    const { keys: served } = (await (await fetch(`${app.issuer}/oauth2/jwks`)).json()) as { keys: unknown[] }
    expect(keys).toEqual(expect.arrayContaining(served))
  })

  test('has keys of another secret: a problem each', async () => {
    const config = { ...onDatabase(url), secret: 'quite another secret, long enough too' }
    const { findings } = await examineStore(config, means)
    expect(new Set(levelOf(findings, 'keys'))).toEqual(new Set(['problem']))
  })

  test('is not to be used by a user without privileges', async () => {
    const admin = new pg.Client(url)
    await admin.connect()
    const role = `reader_${crypto.randomUUID().slice(0, 8)}`
    try {
      await admin.query(`create role ${role} login password 'reader'`)
      await admin.query(`grant select on all tables in schema public to ${role}`)
      const limited = new URL(url)
      limited.username = role
      limited.password = 'reader'
      const { findings } = await examineStore(onDatabase(limited.href), means)
      expect(levelOf(findings, 'database')).toEqual(['problem', 'warning'])
      await admin.query(`grant insert, update, delete on all tables in schema public to ${role}`)
      const served = await examineStore(onDatabase(limited.href), means)
      expect(levelOf(served.findings, 'database')).toEqual(['warning'])
    } finally {
      await admin.query(`drop owned by ${role}`)
      await admin.query(`drop role ${role}`)
      await admin.end()
    }
  })

  test('is not made where there is none', async () => {
    const directory = join(tmpdir(), `latchkey-nothing-${crypto.randomUUID()}`)
    const config = { ...app.config, database: { kind: 'embedded', directory } } as const
    expect(levelOf((await examineStore(config, means)).findings, 'database')).toEqual(['warning'])
    expect(existsSync(directory)).toBe(false)
  })

  test('that lacks migrations, or is not there, is a problem, and the rest is looked at', async () => {
    const empty = await createServerDatabase()
    try {
      const { findings } = await examineStore(onDatabase(empty.url), means)
      expect(levelOf(findings, 'database')).toEqual(['problem'])
    } finally {
      await empty.drop()
    }
    const nowhere = `postgres://nobody@127.0.0.1:${await freePort()}/none`
    const { findings, secret } = await examineStore(onDatabase(nowhere), means)
    expect(findings[0]?.says).toContain('cannot be reached')
    expect(secret).toBe(TEST_SECRET)
  })
})

describe('the server of a deployment', () => {
  const examined = async (changes: Partial<Config> = {}, secret = TEST_SECRET) => {
    const { keys } = await examineStore(onDatabase(url), means)
    return examineDeployment({ ...app.config, ...changes }, { keys, secret, ...means })
  }

  test('is fit as its clients see it, and says how it sees them', async () => {
    const findings = await examined()
    expect(findings.map(({ subject, level }) => [subject, level])).toEqual([
      ['issuer', 'ok'],
      ['issuer', 'ok'],
      // The clock of this server is the test's.
      ['clock', 'ok'],
      ['proxy', 'ok'],
    ])
    expect(findings.at(-1)?.says).toContain('127.0.0.1')
  })

  test('of another secret is another server', async () => {
    expect(levelOf(await examined({}, 'quite another secret, long enough too'), 'proxy')).toEqual(['problem'])
  })

  test('behind a proxy that it does not trust takes everybody for that one', async () => {
    const proxy = createServer((request, response) => {
      const headers = { ...request.headers, 'x-forwarded-for': '203.0.113.5' }
      const passed = requestHttp(app.issuer + request.url, { headers, method: request.method }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      })
      request.pipe(passed)
    })
    const port = await freePort()
    await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
    try {
      const findings = await examined({ issuer: `http://localhost:${port}` as Issuer })
      expect(levelOf(findings, 'issuer')).toEqual(['problem'])
      expect(findings.at(-1)?.cure).toBe('Add 127.0.0.1 to LATCHKEY_TRUSTED_PROXIES.')
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  })

  test('that is not there is a problem, and nothing is said of the rest', async () => {
    const findings = await examined({ issuer: `http://localhost:${await freePort()}` as Issuer })
    expect(findings.map(({ subject, level }) => [subject, level])).toEqual([['issuer', 'problem']])
  })

  test('tells strangers nothing, not even that there is something to tell', async () => {
    const nowhere = await fetch(`${app.issuer}/latchkey/nowhere`)
    for (const headers of [{}, { [DIAGNOSIS_HEADER]: `1.${'a'.repeat(43)}.${'b'.repeat(43)}` }]) {
      const answer = await fetch(`${app.issuer}/latchkey/diagnosis`, { headers })
      expect(answer.status).toBe(404)
      expect(await answer.text()).toBe(await nowhere.clone().text())
    }
  })
})

test.each([
  ['--json', (said: string) => JSON.parse(said).findings],
  [undefined, (said: string) => [{ says: said }]],
])('settings that cannot be are told like anything else (%s)', async (option, read) => {
  vi.stubEnv('LATCHKEY_PORT', 'x')
  const printed: string[] = []
  const print = (line: string) => printed.push(line)
  expect(await doctorCommand(option === undefined ? [] : [option], { print, ...means })).toBe(1)
  const [finding] = read(printed.join('\n'))
  expect(finding.says).toContain('LATCHKEY_PORT must be a whole number from 0 to 65535.')
})
