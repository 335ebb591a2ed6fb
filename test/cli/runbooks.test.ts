import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { type RunningServer, startServer } from '../../src/cli/serve.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openFoundation } from '../../src/foundation.ts'
import { createLogger } from '../../src/observability/logger.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { freePort } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { type BuiltProgram, buildProgram } from '../support/built-program.ts'
import { createServerDatabase, type ServerDatabase, testStore } from '../support/database-server.ts'
import { type Fixtures, fixturesOn, type TestApplication, type TestUser } from '../support/fixtures.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import {
  authorizationUrl,
  clientToken,
  introspect,
  obtainTokens,
  post,
  refreshing,
  textOf,
} from '../support/relying-party.ts'
import { openRunbook } from '../support/runbook.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

/* docs/operations: what to do at night is tried by day. One deployment meets with all of it, in this order. */

const logger = createLogger({ level: 'silent' })
const RUNBOOKS = ['backup-and-restore', 'key-compromise', 'leaked-credential', 'upgrade-and-rollback']
const databases: ServerDatabase[] = []
let program: BuiltProgram
let directory: TemporaryDirectory
let settings: Readonly<Record<string, string>>
let issuer: string
let server: RunningServer | undefined
let aside: Database
let fixtures: Fixtures
let application: TestApplication
let user: TestUser

const newDatabase = async (template?: string): Promise<string> => {
  const database = await createServerDatabase(template)
  databases.push(database)
  return database.url
}

const newSecret = () => randomBytes(48).toString('base64')

/** `latchkey` of the pages is what `npm run build` makes. */
const installProgram = async (): Promise<string> => {
  const bin = join(directory.path, 'bin')
  await mkdir(bin)
  const path = join(bin, 'latchkey')
  await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${program.main}' "$@"\n`)
  await chmod(path, 0o755)
  return `${bin}:${process.env['PATH'] ?? ''}`
}

const serve = async (changes: Readonly<Record<string, string>> = {}): Promise<void> => {
  const { PATH: _path, ...rest } = settings
  const config = loadConfig({ ...rest, ...changes })
  server = await startServer(config, await openFoundation(config, logger), {
    logger,
    passwordHasher: quickHasher(),
  })
}

const stop = async (): Promise<void> => {
  await server?.close()
  server = undefined
}

beforeAll(async () => {
  if (testStore.kind !== 'postgres') throw new Error('This needs the project "postgres".')
  program = buildProgram()
  directory = await temporaryDirectory()
  const port = String(await freePort())
  issuer = `http://localhost:${port}`
  settings = {
    PATH: await installProgram(),
    DATABASE_URL: await newDatabase(testStore.templates.empty),
    LATCHKEY_SECRET: newSecret(),
    LATCHKEY_ISSUER: issuer,
    LATCHKEY_PORT: port,
    LATCHKEY_LOG_LEVEL: 'warn',
  }
  await serve()
  aside = await openDatabase(
    { kind: 'postgresql', url: settings['DATABASE_URL'] ?? '', poolSize: 2 },
    () => {},
  )
  const transaction = transactionOn(aside.kysely)
  fixtures = fixturesOn({ transaction, clock: systemClock, random: systemRandom })
  application = await fixtures.firstParty()
  user = await fixtures.user()
}, 120_000)
afterAll(async () => {
  await stop()
  await aside.close()
  for (const { drop } of databases) await drop()
  directory.remove()
  program.remove()
})

const app = () => ({ issuer })

const publishedKids = async (): Promise<string[]> => {
  const { keys } = (await (await fetch(`${issuer}/oauth2/jwks`)).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid).sort()
}

describe('the runbooks', { timeout: 120_000 }, () => {
  test('are all here', async () => {
    const folder = fileURLToPath(new URL('../../docs/operations', import.meta.url))
    const pages = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'monitoring.md')
    expect(pages.sort()).toEqual(RUNBOOKS.map((name) => `${name}.md`))
  })

  test('a leaked credential is replaced, and what it got is worth nothing', async () => {
    const machine = await fixtures.m2m(await fixtures.organization())
    const leakedToken = textOf(await clientToken(app(), machine), 'access_token')
    const browser = createBrowser(issuer)
    const tokens = await obtainTokens(app(), application, user, { scope: 'openid offline_access' }, browser)
    const apiKey = await fixtures.apiKey()
    const page = openRunbook('leaked-credential', {
      ...settings,
      API_KEY: apiKey,
      APPLICATION_ID: machine.id,
      CREDENTIAL_ID: machine.credentialId ?? '',
      CLIENT_ID: application.clientId,
      CLIENT_SECRET: application.clientSecret,
      TOKEN: textOf(tokens, 'refresh_token'),
      USER_ID: user.id,
    })

    expect(await page.next('A client secret')).toContain(machine.credentialId)
    const { secret } = JSON.parse(await page.next('A client secret')) as { secret: string }
    expect((await introspect(app(), application, leakedToken)).body['active']).toBe(true)
    await page.next('A client secret')
    expect((await clientToken(app(), machine)).status).toBe(401)
    expect((await introspect(app(), application, leakedToken)).body).toEqual({ active: false })
    expect((await clientToken(app(), { ...machine, clientSecret: secret })).status).toBe(200)

    await page.next('A refresh token or an access token')
    const refreshed = await post(`${issuer}/oauth2/token`, refreshing(application, tokens))
    expect(refreshed.body['error']).toBe('invalid_grant')

    const [SESSION_ID = ''] = /session_[0-9A-Z]{26}/.exec(await page.next('The cookie of a session')) ?? []
    await page.next('The cookie of a session', { SESSION_ID })
    expect((await browser.get(authorizationUrl(app(), application))).url.pathname).toBe('/sign-in')

    const made = await page.next('A key of the management API')
    const [newKey = ''] = /sk_[\w-]{50}/.exec(made) ?? []
    const listed = await page.next('A key of the management API', { API_KEY: newKey })
    const { data } = JSON.parse(listed) as { data: { id: string; name: string }[] }
    const API_KEY_ID = data.find(({ name }) => name === 'Test')?.id ?? ''
    await page.next('A key of the management API', { API_KEY: newKey, API_KEY_ID })
    const asked = await fetch(`${issuer}/organizations`, { headers: { authorization: `Bearer ${apiKey}` } })
    expect(asked.status).toBe(401)
    expect(page.left).toBe(0)
  })

  test('a signing key, and then the secret, are replaced', async () => {
    const token = textOf(await obtainTokens(app(), application, user), 'access_token')
    const [header = ''] = token.split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
    const secret = newSecret()
    const page = openRunbook('key-compromise', { ...settings, KID: kid, NEW_SECRET: secret })
    expect(await publishedKids()).toContain(kid)
    expect(await page.next('Withdraw one key')).toContain(`${kid} (RS256) is withdrawn`)
    await expect.poll(publishedKids).not.toContain(kid)
    expect(await page.next('Withdraw one key')).not.toContain(kid)
    expect((await introspect(app(), application, token)).body).toEqual({ active: false })

    const before = await publishedKids()
    await stop()
    await page.next('Replace the secret')
    settings = { ...settings, LATCHKEY_SECRET: secret }
    await serve()
    expect(await page.next('Replace the secret')).toContain('signing keys can be read')
    const after = await publishedKids()
    expect(after).toHaveLength(before.length)
    for (const old of before) expect(after).not.toContain(old)
    expect((await obtainTokens(app(), application, user)).status).toBe(200)
    expect(page.left).toBe(0)
  })

  test('a backup is made while the server serves, and comes back', async () => {
    const tokens = await obtainTokens(app(), application, user, { scope: 'openid offline_access' })
    const keys = await publishedKids()
    const url = await newDatabase()
    const page = openRunbook('backup-and-restore', { ...settings, NEW_DATABASE_URL: url })
    const first = { BACKUP: join(directory.path, 'first'), RESTORED: join(directory.path, 'restored') }
    expect(await page.next('Back up', first)).toContain('the checksums of both sides agree')
    expect((await stat(`${first.BACKUP}.tar.gz`)).mode & 0o077).toBe(0)
    await stop()
    const restored = await page.next('Restore', first)
    for (const kid of keys) expect(restored).toContain(kid)
    await serve({ DATABASE_URL: url })
    expect(await page.next('Restore', first)).not.toContain('problem')
    expect(await publishedKids()).toEqual(keys)
    expect((await post(`${issuer}/oauth2/token`, refreshing(application, tokens))).status).toBe(200)

    // What is in the archive is an embedded store, as good as any.
    const variables = {
      BACKUP: join(directory.path, 'second'),
      RESTORED: join(directory.path, 'again'),
      LATCHKEY_DATA_DIR: await unpacked(`${first.BACKUP}.tar.gz`),
      DATABASE_URL: '',
    }
    await page.next('With the embedded store', variables)
    expect((await stat(`${variables.BACKUP}.tar.gz`)).mode & 0o077).toBe(0)
    expect(await page.next('With the embedded store', variables)).toContain(keys[0])
    expect(page.left).toBe(0)
  })

  test('an upgrade is applied while the version before serves, and is no obstacle to going back', async () => {
    await stop()
    const url = await newDatabase()
    const database = await openDatabase({ kind: 'postgresql', url, poolSize: 1 }, () => {})
    try {
      const names = Object.keys(migrations).sort()
      const last = names.at(-1) ?? ''
      const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name !== last))
      const provider = { getMigrations: () => Promise.resolve(before) }
      const { error } = await new Migrator({ db: database.kysely, provider }).migrateToLatest()
      expect(error).toBeUndefined()

      const page = openRunbook('upgrade-and-rollback', { ...settings, DATABASE_URL: url, NODE: issuer })
      expect(await page.next('Upgrade')).toMatch(new RegExp(`${last} +missing\nThere is something to apply`))
      expect(await page.next('Upgrade')).toContain(`Applied ${last}.`)
      const starting = serve({ DATABASE_URL: url })
      expect(await page.next('Upgrade')).toContain('"ready"')
      await starting
      await stop()

      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', ${new Date().toISOString()})`.execute(
        database.kysely,
      )
      expect(await page.next('Rollback')).toMatch(/9999-later .*unknown to this version/)
      await serve({ DATABASE_URL: url })
      expect((await fetch(`${issuer}/readyz`)).status).toBe(200)
      expect(page.left).toBe(0)
    } finally {
      await database.close()
    }
  })
})

/** The archive unpacked once more: the data directory of a server that has stopped. */
const unpacked = async (archive: string): Promise<string> => {
  const path = join(directory.path, 'embedded')
  await mkdir(path)
  execFileSync('tar', ['--extract', '--gzip', '--file', archive, '--directory', path])
  return path
}
