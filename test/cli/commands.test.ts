import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import bcrypt from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/doctor/finding.ts'
import type { Asked } from '../../src/system/hashing-process.ts'
import { freePort, TEST_SECRET } from '../support/app.ts'
import { type BuiltProgram, buildProgram, type Finished } from '../support/built-program.ts'
import { createServerDatabase, type ServerDatabase, testStore } from '../support/database-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let program: BuiltProgram
let directory: TemporaryDirectory
const databases: ServerDatabase[] = []

beforeAll(async () => {
  program = buildProgram()
  directory = await temporaryDirectory()
  const settings = await migratedStore('bootstrapped')
  bootstrapped = { settings, finished: await program.run(['bootstrap'], settings) }
}, 120_000)
afterAll(async () => {
  for (const { drop } of databases) await drop()
  directory.remove()
  program.remove()
})

type StoreSettings = Readonly<Record<string, string>>

const common = { LATCHKEY_SECRET: TEST_SECRET, LATCHKEY_LOG_LEVEL: 'warn' }

const serverStore = async (template?: string): Promise<StoreSettings> => {
  const database = await createServerDatabase(template)
  databases.push(database)
  return { ...common, DATABASE_URL: database.url }
}

/** Settings for an empty store of the current project. */
const emptyStore = async (name: string): Promise<StoreSettings> =>
  testStore.kind === 'pglite' ? { ...common, LATCHKEY_DATA_DIR: join(directory.path, name) } : serverStore()

/** What `bootstrap` can begin with; the embedded store is migrated by it. */
const migratedStore = async (name: string): Promise<StoreSettings> =>
  testStore.kind === 'pglite' ? emptyStore(name) : serverStore(testStore.templates.empty)

/** Made once: where `bootstrap` has run, and what it said. */
let bootstrapped: { readonly settings: StoreSettings; readonly finished: Finished }

/** A copy of it: a process of its own for each step would take seconds. */
const bootstrappedStore = async (name: string): Promise<StoreSettings> => {
  const { LATCHKEY_DATA_DIR, DATABASE_URL = '' } = bootstrapped.settings
  if (LATCHKEY_DATA_DIR === undefined) return serverStore(new URL(DATABASE_URL).pathname.slice(1))
  const settings = await emptyStore(name)
  await cp(LATCHKEY_DATA_DIR, settings['LATCHKEY_DATA_DIR'] ?? '', { recursive: true })
  return settings
}

const lineOf = (output: string, label: string): string =>
  output
    .split('\n')
    .find((line) => line.startsWith(label))
    ?.slice(label.length)
    .trim() ?? ''

/** `latchkey serve` until it answers; `stop` sends SIGTERM. */
const serve = async (settings: Readonly<Record<string, string>>) => {
  const port = await freePort()
  const child = spawn(process.execPath, [program.main, 'serve'], {
    env: { PATH: process.env['PATH'] ?? '', ...settings, LATCHKEY_PORT: String(port) },
    stdio: 'ignore',
  })
  const origin = `http://localhost:${port}`
  const answers = async (): Promise<boolean> => {
    const response = await fetch(`${origin}/readyz`).catch(() => undefined)
    return response?.status === 200
  }
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    origin,
    child,
    stop: async (): Promise<number | null> => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = await ended
      return code as number | null
    },
  }
}

// Each command is a process of its own, and the embedded store takes seconds to make.
describe('latchkey', { timeout: 120_000 }, () => {
  test('says what it can do, and refuses what it does not know', async () => {
    expect(await program.run(['--help'], {})).toMatchObject({
      code: 0,
      output: expect.stringContaining('bootstrap'),
    })
    expect(await program.run(['frobnicate'], {})).toMatchObject({
      code: 2,
      output: expect.stringContaining('Unknown command: frobnicate'),
    })
  })

  test.each([
    [['users'], 'Name the file that they are in.'],
    [['organizations', 'x.json'], 'Say what to import: users or applications.'],
  ])(
    'import says what is wrong with how it was called before it opens a store (%j)',
    async (args, problem) => {
      const LATCHKEY_DATA_DIR = join(directory.path, 'never-made')
      const { code, output } = await program.run(['import', ...args], { ...common, LATCHKEY_DATA_DIR })
      expect(code).toBe(2)
      expect(output).toContain(`${problem}\n\nUsage: latchkey import users FILE`)
      expect(await readdir(directory.path)).not.toContain('never-made')
      // Nor does it want to know where one is.
      expect(await program.run(['import', ...args], { LATCHKEY_PORT: 'eighty' })).toMatchObject({
        code: 2,
        output,
      })
    },
  )

  test('what a start compiled is kept beside the program for the next', async () => {
    expect(await program.run(['--version'], {})).toMatchObject({ code: 0 })
    expect(existsSync(new URL('../compiled', pathToFileURL(program.main)))).toBe(true)
  })

  test('what is started by its path is there: the process that hashes, and its thread for bcrypt', async () => {
    const child = fork(join(dirname(program.main), 'hashing-main.js'), { execArgv: [], env: {} })
    const asked: Asked = {
      id: 1,
      work: {
        kind: 'verify',
        hash: `imported:bcrypt:${await bcrypt.hash('correct horse', 4)}`,
        forms: ['correct horse'],
      },
    }
    child.send(asked)
    const [answered] = await once(child, 'message')
    child.disconnect()
    expect(answered).toEqual({ id: 1, result: true })
  })

  test('a wrong setting stops every command with one sentence that names it and the cure', async () => {
    const { code, output } = await program.run(['serve'], { LATCHKEY_PORT: 'eighty' })
    expect(code).toBe(1)
    expect(output).toBe('latchkey: LATCHKEY_PORT must be a whole number from 0 to 65535.\n')
  })

  test('what a command does not know is said before anything is opened, and help asked for is no mistake', async () => {
    const settings = { ...common, LATCHKEY_DATA_DIR: join(directory.path, 'never-made') }
    expect(await program.run(['serve', '--port', '3'], settings)).toMatchObject({
      code: 2,
      output: expect.stringContaining('Usage: latchkey serve'),
    })
    for (const name of ['serve', 'migrate', 'keys', 'import']) {
      expect(await program.run([name, '--help'], settings)).toMatchObject({
        code: 0,
        output: expect.stringContaining(`latchkey ${name}`),
      })
    }
    expect((await program.run(['--version'], settings)).output).toMatch(/^latchkey \d+\.\d+\.\d+\n$/)
    expect(await readdir(directory.path)).not.toContain('never-made')
  })

  test('a store that nothing was asked of does not keep the command from ending', async () => {
    const settings = await bootstrappedStore('asked-nothing')
    expect(await program.run(['migrate', '--stat'], settings)).toMatchObject({ code: 2 })
  })

  test('migrate --status tells what is missing by its exit code, migrate brings it', async () => {
    const settings = await emptyStore('migrate')
    expect(await program.run(['migrate', '--status'], settings)).toMatchObject({
      code: 1,
      output: expect.stringContaining('missing'),
    })
    expect(await program.run(['migrate'], settings)).toMatchObject({ code: 0 })
    expect(await program.run(['migrate', '--status'], settings)).toMatchObject({ code: 0 })
    expect(await program.run(['migrate'], settings)).toMatchObject({
      code: 0,
      output: 'The database is up to date.\n',
    })
  })

  test('bootstrap makes a client ID, keys and an API key once, and says the same ever after', async () => {
    const settings = await bootstrappedStore('bootstrap')
    const first = bootstrapped.finished
    expect(first.code, first.output).toBe(0)
    const clientId = lineOf(first.output, 'Environment client ID')
    expect(clientId).toMatch(/^client_[0-9A-Z]{26} /)
    expect(lineOf(first.output, 'API key')).toMatch(/^sk_[\w-]{50}\b/)
    const second = await program.run(['bootstrap'], settings)
    expect(lineOf(second.output, 'Environment client ID')).toBe(clientId)
    expect(lineOf(second.output, 'Signing keys')).toBe(lineOf(first.output, 'Signing keys'))
    expect(second.output).not.toContain('sk_')
  })

  test('bootstrap makes another API key for whoever has lost theirs, if told to', async () => {
    const settings = await bootstrappedStore('lost-key')
    const another = await program.run(['bootstrap', '--new-api-key'], settings)
    expect(another.code, another.output).toBe(0)
    const key = lineOf(another.output, 'API key')
    expect(key).toMatch(/^sk_[\w-]{50}\b/)
    expect(key).not.toBe(lineOf(bootstrapped.finished.output, 'API key'))
    expect(await program.run(['bootstrap', '--new-apikey'], settings)).toMatchObject({ code: 2 })
  })

  test('bootstrap --owner names who may do everything at the dashboard, and makes the user if there is none', async () => {
    const settings = await bootstrappedStore('owner')
    const first = await program.run(['bootstrap', '--owner', 'Olga@example.com'], settings)
    expect(first.code, first.output).toBe(0)
    expect(lineOf(first.output, 'Owner')).toContain('Olga@example.com')
    expect(lineOf(first.output, 'Password')).toMatch(/^[\w-]{43} /)
    const second = await program.run(['bootstrap', '--owner', 'olga@example.com'], settings)
    expect(second).toMatchObject({ code: 0, output: expect.not.stringContaining('Password') })
    expect(await program.run(['bootstrap', '--owner', 'olga'], settings)).toMatchObject({ code: 1 })
  })

  test('two that bootstrap at once make one client ID and one API key', async () => {
    const settings = await migratedStore('together')
    const both = await Promise.all([
      program.run(['bootstrap'], settings),
      program.run(['bootstrap'], settings),
    ])
    if (testStore.kind === 'pglite') {
      // The embedded store has one process: the second is turned away with a sentence.
      expect(both.map(({ code }) => code).sort()).toEqual([0, 1])
      expect(both.find(({ code }) => code === 1)?.output).toContain('is in use by process')
      return
    }
    const [first, second] = both.map(({ output }) => lineOf(output, 'Environment client ID'))
    expect(first).toBe(second)
    expect(both.filter(({ output }) => output.includes('sk_'))).toHaveLength(1)
  })

  test('keys list, rotate and retire work on the store', async () => {
    const settings = await bootstrappedStore('keys')
    const listed = await program.run(['keys', 'list'], settings)
    expect(listed.code, listed.output).toBe(0)
    const [kid = ''] = /key_[0-9A-Z]{26}/.exec(listed.output) ?? []
    expect(await program.run(['keys', 'rotate'], settings)).toMatchObject({ code: 0 })
    expect((await program.run(['keys', 'list'], settings)).output).toContain('upcoming')
    expect(await program.run(['keys', 'retire', kid], settings)).toMatchObject({ code: 0 })
    expect((await program.run(['keys', 'list'], settings)).output).toContain('retired')
  })

  test('serve answers, is ready, and ends with 0 when told to stop', async () => {
    const settings = { ...(await emptyStore('serve')), LATCHKEY_MIGRATE_ON_START: 'true' }
    const server = await serve(settings)
    expect(await (await fetch(`${server.origin}/healthz`)).json()).toEqual({ status: 'alive' })
    const discovered = await (await fetch(`${server.origin}/.well-known/openid-configuration`)).json()
    expect(discovered).toMatchObject({ issuer: server.origin })

    const doctor = await program.run(['doctor', '--json'], {
      ...settings,
      LATCHKEY_PORT: new URL(server.origin).port,
    })
    const { ok, findings } = JSON.parse(doctor.output) as { ok: boolean; findings: Finding[] }
    const levels = findings.map(({ subject, level }) => `${subject} ${level}`)
    // The secret of tests is one that everybody knows.
    expect({ code: doctor.code, ok }).toEqual({ code: 1, ok: false })
    expect(levels.filter((level) => !level.endsWith('ok'))).toEqual([
      'secret problem',
      // The server has the embedded store for itself.
      ...(testStore.kind === 'pglite' ? ['database warning'] : []),
    ])
    expect(levels).toEqual(expect.arrayContaining(['issuer ok', 'proxy ok', 'clock ok', 'settings ok']))
    expect(await server.stop()).toBe(0)
    // What it made is there the next time.
    const again = await serve(settings)
    expect(await again.stop()).toBe(0)
  })

  test('serve with another LATCHKEY_SECRET than the keys were made with does not start, and says the cure', async () => {
    const settings = await bootstrappedStore('secret')
    const { code, output } = await program.run(['serve'], {
      ...settings,
      LATCHKEY_SECRET: 'quite another secret, long enough too',
    })
    expect(code).toBe(1)
    expect(output).toContain('LATCHKEY_SECRET')
  })

  test('no command with another LATCHKEY_SECRET prepares an outage', async () => {
    const settings = await bootstrappedStore('wrong-secret')
    const listed = await program.run(['keys', 'list'], settings)
    const wrong = { ...settings, LATCHKEY_SECRET: 'quite another secret, long enough too' }
    for (const command of [['bootstrap'], ['keys', 'rotate'], ['keys', 'rotate', '--algorithm', 'EdDSA']]) {
      const { code, output } = await program.run(command, wrong)
      expect(code, output).toBe(1)
      expect(output).toMatch(/^latchkey: The signing key key_\w+ was encrypted with another LATCHKEY_SECRET/)
    }
    expect(await program.run(['keys', 'list'], settings)).toEqual(listed)
  })

  if (testStore.kind === 'pglite') {
    test('whatever stops a start leaves the data directory free', async () => {
      const path = join(directory.path, 'unfit')
      const settings = { LATCHKEY_DATA_DIR: path, LATCHKEY_LOG_LEVEL: 'warn' }
      expect(await program.run(['bootstrap'], settings)).toMatchObject({ code: 0 })
      await writeFile(join(path, 'secret'), '')
      expect(await program.run(['serve'], settings)).toEqual({
        code: 1,
        output: expect.stringMatching(/^latchkey: The file \S+secret is damaged.*\n$/),
      })
      await rm(join(path, 'secret'))
      for (const command of [['serve'], ['demo', '--once'], ['keys', 'rotate']]) {
        const { code, output } = await program.run(command, settings)
        expect(code, output).toBe(1)
        expect(output).toContain('was encrypted with another LATCHKEY_SECRET')
        expect(await readdir(path)).toEqual(['secret', 'store'])
      }
    })
  }

  // The embedded store has nobody to coordinate with, and is migrated at the start.
  if (testStore.kind === 'postgres') {
    test('serve says that it is not ready before it goes, and still does its work', async () => {
      const server = await serve({ ...(await emptyStore('notice')), LATCHKEY_MIGRATE_ON_START: 'true' })
      const ended = once(server.child, 'exit')
      server.child.kill('SIGTERM')
      const readiness = async () => (await fetch(`${server.origin}/readyz`)).status
      await expect.poll(readiness).toBe(503)
      expect((await fetch(`${server.origin}/healthz`)).status).toBe(200)
      expect((await fetch(`${server.origin}/oauth2/jwks`)).status).toBe(200)
      expect(await ended).toEqual([0, null])
      await expect(readiness()).rejects.toThrow()
    })

    test('serve refuses a database that lacks migrations', async () => {
      const { code, output } = await program.run(['serve'], await emptyStore('unmigrated'))
      expect(code).toBe(1)
      expect(output).toMatch(/^latchkey: The database lacks the migrations .*; run "latchkey migrate"/)
    })
  }

  test('what cannot be listened on or written to is one sentence that names the setting', async () => {
    const settings = { ...(await emptyStore('sentences')), LATCHKEY_MIGRATE_ON_START: 'true' }
    const host = await program.run(['serve'], {
      ...settings,
      LATCHKEY_ISSUER: 'http://localhost:3000',
      LATCHKEY_HOST: 'no such host',
    })
    expect(host).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^latchkey: [^\n]*LATCHKEY_HOST[^\n]*\n$/m),
    })
    const directory = await program.run(['migrate'], { LATCHKEY_DATA_DIR: program.main })
    expect(directory).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^latchkey: The directory of LATCHKEY_DATA_DIR cannot be used [^\n]*\n$/),
    })
  })

  test('a database that cannot be reached is one sentence', async () => {
    const port = await freePort()
    const { code, output } = await program.run(['migrate'], {
      DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none`,
      LATCHKEY_SECRET: TEST_SECRET,
    })
    expect(code).toBe(1)
    expect(output).toMatch(/^latchkey: The database of DATABASE_URL cannot be reached \(ECONNREFUSED\)/)
  })
})

test('a reader who has seen enough does not stop what was begun', async () => {
  const settings = await migratedStore('half-read')
  const child = spawn(process.execPath, [program.main, 'bootstrap'], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const [code] = await once(child, 'exit')
  expect([code, child.stderr.read()]).toEqual([0, null])
})

if (testStore.kind === 'postgres') {
  test('a database that is read-only, such as a standby, is one sentence', async () => {
    const settings = await bootstrappedStore('read-only')
    const url = new URL(settings['DATABASE_URL'] ?? '')
    url.searchParams.set('options', '-c default_transaction_read_only=on')
    for (const args of [
      ['bootstrap', '--new-api-key'],
      ['keys', 'rotate'],
    ]) {
      expect(await program.run(args, { ...settings, DATABASE_URL: url.href })).toEqual({
        code: 1,
        output:
          'latchkey: The database of DATABASE_URL is read-only; it may be a standby, so name the primary.\n',
      })
    }
  })
}
