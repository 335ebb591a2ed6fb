import { spawn } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { prepareDemoData } from '../../src/cli/demo-data.ts'
import { migrateCommand } from '../../src/cli/migrate.ts'
import { startServer } from '../../src/cli/serve.ts'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { createDependencies } from '../../src/dependencies.ts'
import { openFoundation, requireMigrated } from '../../src/foundation.ts'
import { createLogger } from '../../src/observability/logger.ts'
import { copyingBegun, UnfinishedCopy } from '../../src/storage/copying/checkpoints.ts'
import { type CopyingStore, copyStore } from '../../src/storage/copying/copy-store.ts'
import { referencesOf, tablesOf, writeTextAlike } from '../../src/storage/copying/tables.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { freePort } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { type BuiltProgram, buildProgram } from '../support/built-program.ts'
import { createServerDatabase, type ServerDatabase } from '../support/database-server.ts'
import { fixturesOn, type TestApplication } from '../support/fixtures.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import { type Answer, authorizationUrl, obtainTokens, post, refreshing } from '../support/relying-party.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { holdBackAt, killedWhenHeldBack } from './held-back.ts'

/* From the embedded store to a PostgreSQL server: once, with everything that a deployment has by then. */

const logger = createLogger({ level: 'silent' })
let program: BuiltProgram
let directory: TemporaryDirectory
let path: string
let config: Config
const databases: ServerDatabase[] = []

/** What a client and a browser have from before. */
let application: TestApplication
let tokens: Answer
let browser: TestBrowser
let keySet: unknown
/** Where the command moved it to. */
let promotedTo: string

beforeAll(async () => {
  program = buildProgram()
  directory = await temporaryDirectory()
  path = join(directory.path, 'data')
  config = loadConfig({ LATCHKEY_DATA_DIR: path, LATCHKEY_PORT: String(await freePort()) })
  const foundation = await openFoundation(config, logger)
  const dependencies = await createDependencies(config, foundation, { logger, passwordHasher: quickHasher() })
  await prepareDemoData(dependencies, { forum: 'http://localhost:1', insights: 'http://localhost:2' })
  const app = await buildApp(dependencies)
  await app.listen({ host: config.host, port: config.port })
  const fixtures = fixturesOn(dependencies)
  application = await fixtures.firstParty()
  browser = createBrowser(config.issuer)
  const scope = { scope: 'openid offline_access' }
  tokens = await obtainTokens(config, application, await fixtures.user(), scope, browser)
  keySet = await (await fetch(`${config.issuer}/oauth2/jwks`)).json()
  await app.close()
  // What is easily lost on the way: bytes, quotes, what is nothing in two ways, microseconds, the end of time.
  const { kysely } = foundation.database
  await sql`insert into logo (content_hash, content_type, content, created_at)
    select id, 'image/png', decode('00ff5c27', 'hex') || convert_to(id, 'UTF8'), timestamptz '2026-01-02 03:04:05.678901+09'
      from generate_series(1, 2500) as number, lateral (select lpad(number::text, 64, 'é"\\{,}')) as given (id)`.execute(
    kysely,
  )
  await sql`insert into event (id, name, occurred_at, actor, data, before) values
    ('event_1', 'x', 'infinity', 'null', ${JSON.stringify({ 'a"\\': ['\u{1F511}', 1e-7, null] })}, null)`.execute(
    kysely,
  )
  await sql`update permission set name = E'a\\tb\\n"c\\'{NULL}'`.execute(kysely)
  await dependencies.close()
}, 120_000)
afterAll(async () => {
  for (const { drop } of databases) await drop()
  directory.remove()
  program.remove()
})

const newTarget = async (template?: string): Promise<string> => {
  const database = await createServerDatabase(template)
  databases.push(database)
  return database.url
}

const connected = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Every row of every table, found and compared by other means than those of the promotion. */
const contentOf = async ({ kysely }: Database): Promise<Record<string, string[]>> => {
  await writeTextAlike(kysely)
  const content: Record<string, string[]> = {}
  for (const { name } of await tablesOf(kysely)) {
    const { rows } = await sql<{
      row: string
    }>`select to_jsonb(t)::text as row from ${sql.table(name)} t`.execute(kysely)
    content[name] = rows.map(({ row }) => row).sort()
  }
  return content
}

const withSource = async <T>(work: (source: Database) => Promise<T>, of = path): Promise<T> => {
  const source = await openDatabase({ kind: 'embedded', directory: join(of, 'store') }, () => {})
  try {
    return await work(source)
  } finally {
    await source.close()
  }
}

const withServer = async <T>(url: string, work: (target: Database) => Promise<T>): Promise<T> => {
  const target = await openDatabase({ kind: 'postgresql', url, poolSize: 1 }, () => {})
  try {
    return await work(target)
  } finally {
    await target.close()
  }
}

const moving = (source: Database, target: Database, more: Partial<CopyingStore> = {}) =>
  copyStore({
    source: source.kysely,
    target: target.kysely,
    id: 'the store of this test',
    ...more,
  })

describe('a store that is moved to a server', { timeout: 120_000 }, () => {
  test('goes on after an interruption where it was, also if it was served in between', async () => {
    const url = await newTarget()
    await withSource(async (source) => {
      await withServer(url, async (target) => {
        let parts = 0
        const interrupted: Partial<CopyingStore> = {
          partSize: { rows: 100, bytes: 2_000 },
          onProgress: ({ table }) => {
            if (table === 'logo' && ++parts === 3) throw new Error('interrupted')
          },
        }
        await expect(moving(source, target, interrupted)).rejects.toThrow('interrupted')
        const { rows } = await sql<{ rows: string }>`select count(*) as rows from logo`.execute(target.kysely)
        expect(Number(rows[0]?.rows)).toBeGreaterThan(0)
        expect(Number(rows[0]?.rows)).toBeLessThan(2500)
        await expect(requireMigrated(target, { migrateOnStart: true })).rejects.toThrow(UnfinishedCopy)
        await expect(migrateCommand([], { database: target, print: () => {} })).rejects.toThrow(
          UnfinishedCopy,
        )
        await expect(moving(target, source)).rejects.toThrow(UnfinishedCopy)

        await sql`update event set data = '{"changed": true}' where id = 'event_1'`.execute(source.kysely)
        await sql`delete from logo where content_hash = (select min(content_hash) from logo)`.execute(
          source.kysely,
        )
        const { isResumed } = await moving(source, target, { partSize: { rows: 500, bytes: 1_000_000 } })
        expect(isResumed).toBe(true)
        expect(await contentOf(target)).toEqual(await contentOf(source))
        await expect(requireMigrated(target, { migrateOnStart: false })).resolves.toEqual([])
      })
    })
  })

  test('goes on also if what is one of a kind has moved to another row meanwhile', async () => {
    const url = await newTarget()
    await withSource((source) =>
      withServer(url, async (target) => {
        const permission = (id: string) =>
          sql`insert into permission (id, slug, name, created_at, updated_at)
            values (${id}, 'one:of:a:kind', 'One', now(), now())`.execute(source.kysely)
        await permission('perm_a')
        let parts = 0
        const interrupted: Partial<CopyingStore> = {
          onProgress: ({ table }) => {
            if (table === 'permission' && ++parts === 2) throw new Error('interrupted')
          },
        }
        await expect(moving(source, target, interrupted)).rejects.toThrow('interrupted')
        const { rows } = await sql`select id from permission`.execute(target.kysely)
        expect(rows).toContainEqual({ id: 'perm_a' })
        await sql`delete from permission where id = 'perm_a'`.execute(source.kysely)
        await permission('perm_b')
        expect(await moving(source, target)).toMatchObject({ isResumed: true })
        expect(await contentOf(target)).toEqual(await contentOf(source))
      }),
    )
  })

  test('is refused by a database that cannot write every name, and by one that holds anything else', async () => {
    const url = await newTarget()
    const latin = await newTarget("template0 encoding 'LATIN1' locale_provider libc locale 'C'")
    await withSource((source) =>
      withServer(url, async (target) => {
        await withServer(latin, (other) =>
          expect(moving(source, other)).rejects.toThrow('encoded as LATIN1 and must be as UTF8'),
        )
        await migrateToLatest(target.kysely)
        const later = "'9999-later'"
        await sql`insert into kysely_migration values (${sql.raw(later)}, now()::text)`.execute(target.kysely)
        await expect(moving(source, target)).rejects.toThrow(
          'migrated the target (9999-later); use that version',
        )
        expect(await copyingBegun(target.kysely)).toBe(false)
        await sql`delete from kysely_migration where name = ${sql.raw(later)}`.execute(target.kysely)
        await sql`create table invoice (id text)`.execute(target.kysely)
        await expect(moving(source, target)).rejects.toThrow("a table that is not Latchkey's, invoice")
        await sql`drop table invoice`.execute(target.kysely)
        const interrupted = {
          onProgress: () => {
            throw new Error('interrupted')
          },
        }
        await expect(moving(source, target, interrupted)).rejects.toThrow('interrupted')
        await expect(moving(source, target, { id: 'another store' })).rejects.toThrow(
          'Another store is being copied',
        )
        // The last moment: everything is there, and the source is marked.
        const atTheEnd = { onVerified: () => Promise.reject(new Error('interrupted')) }
        await expect(moving(source, target, atTheEnd)).rejects.toThrow('interrupted')
        await moving(source, target)
        await expect(moving(source, target)).rejects.toThrow(/The table \w+ of the database holds rows/)
      }),
    )
  })

  test('is at one database alone, whatever else it was to be moved to and however late that failed', async () => {
    const copy = join(directory.path, 'of two targets')
    await cp(path, copy, { recursive: true })
    const settings = { LATCHKEY_DATA_DIR: copy, LATCHKEY_LOG_LEVEL: 'warn' }
    const [one, other] = [await newTarget(), await newTarget()]
    await connected(one, async (aside) => {
      await aside.query(`create function refuse() returns event_trigger language plpgsql as $$
        begin raise exception 'at the last moment'; end $$`)
      await aside.query(`create event trigger refuse on ddl_command_start when tag in ('DROP TABLE')
        execute function refuse()`)
      const failed = await program.run(['promote', '--to', one], settings)
      expect(failed).toMatchObject({ code: 1, output: expect.stringContaining('at the last moment') })
      expect(failed.output).toContain('and the embedded store is not served any more')
      expect(failed.output).not.toContain('as it was')
      const served = await program.run(['serve'], settings)
      expect(served).toMatchObject({ code: 1, output: expect.stringContaining('was moved to') })

      const id = await readFile(join(copy, 'promotion'), 'utf8')
      const onProgress = () => {
        throw new Error('interrupted')
      }
      const begun = (source: Database) => (target: Database) => moving(source, target, { id, onProgress })
      await expect(withSource((source) => withServer(other, begun(source)), copy)).rejects.toThrow(
        'interrupted',
      )
      expect(await program.run(['promote', '--to', other], settings)).toMatchObject({
        code: 1,
        output: expect.stringContaining(`was moved to ${new URL(one).host}${new URL(one).pathname} already`),
      })
      await aside.query('drop event trigger refuse')
    })
    const finished = await program.run(['promote', '--to', one], settings)
    expect(finished.code, finished.output).toBe(0)
  })

  test('is whole after the command was killed half-way and run again, and is served from there as before', async () => {
    const url = await newTarget()
    promotedTo = url
    const settings = {
      LATCHKEY_DATA_DIR: path,
      LATCHKEY_PORT: String(config.port),
      LATCHKEY_LOG_LEVEL: 'warn',
    }
    await connected(url, async (aside) => {
      const child = spawn(process.execPath, [program.main, 'promote', '--to', url], {
        env: { PATH: process.env['PATH'] ?? '', ...settings },
        stdio: 'ignore',
      })
      await holdBackAt(aside, 'event')
      await killedWhenHeldBack(aside, child)
    })
    const target = { DATABASE_URL: url, LATCHKEY_SECRET: 'a secret of nobody, long enough to be taken' }
    expect(await program.run(['bootstrap'], { ...settings, ...target })).toMatchObject({
      code: 1,
      output: expect.stringContaining('run the same command'),
    })

    const elsewhere = await newTarget()
    await connected(elsewhere, (aside) => aside.query('create table invoice (id text)'))
    const { output } = await program.run(['promote', '--to', elsewhere], settings)
    expect(output).toMatch(
      new RegExp(`^The store was being moved to \\S+${new URL(url).pathname}, which did not get to its end`),
    )

    // Whoever has set up the next server already, for all its cores.
    const again = await program.run(['promote', '--to', url], {
      ...{ ...settings, DATABASE_URL: url, LATCHKEY_DATABASE_POOL_SIZE: '20', WORKERS: '4' },
    })
    expect(again.code, again.output).toBe(0)
    expect(again.output).toMatch(/Moved \d+ rows of \d+ tables to \S+; the checksums of both sides agree\./)
    expect(again.output).toContain(`LATCHKEY_SECRET="$(cat ${join(path, 'secret')})"`)
    expect(again.output).not.toContain(await readFile(join(path, 'secret'), 'utf8'))

    await withServer(url, (server) =>
      withSource(async (source) => {
        expect(await contentOf(server)).toEqual(await contentOf(source))
        expect(await referencesOf(server.kysely)).toEqual(await referencesOf(source.kysely))
        const { rows: silent } = await sql`select tgname from pg_trigger where tgenabled <> 'O'`.execute(
          server.kysely,
        )
        expect(silent).toEqual([])
        const { rows: left } = await sql`select relname from pg_class where relname like 'latchkey%'`.execute(
          server.kysely,
        )
        expect(left).toEqual([])
      }),
    )

    const secret = await readFile(join(path, 'secret'), 'utf8')
    const promoted = loadConfig({
      DATABASE_URL: url,
      LATCHKEY_SECRET: secret,
      LATCHKEY_PORT: String(config.port),
    })
    const server = await startServer(promoted, await openFoundation(promoted, logger), { logger })
    try {
      expect(await (await fetch(`${config.issuer}/oauth2/jwks`)).json()).toEqual(keySet)
      const refreshed = await post(`${config.issuer}/oauth2/token`, refreshing(application, tokens))
      expect(refreshed.status).toBe(200)
      // Whoever was signed in still is: nothing is asked.
      const visited = await browser.get(authorizationUrl(config, application))
      expect(visited.url.searchParams.get('code')).not.toBeNull()
    } finally {
      await server.close()
    }
  })

  test('is not served where it was any more, and not moved again', async () => {
    const settings = { LATCHKEY_DATA_DIR: path, LATCHKEY_LOG_LEVEL: 'warn' }
    const url = promotedTo
    const served = await program.run(['serve'], settings)
    expect(served).toMatchObject({
      code: 1,
      output: expect.stringContaining(`was moved to ${new URL(url).host}`),
    })
    const again = await program.run(['promote', '--to', url], settings)
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('there is nothing left to do') })
    const elsewhere = await program.run(['promote', '--to', await newTarget()], settings)
    expect(elsewhere).toMatchObject({ code: 1, output: expect.stringContaining('was moved to') })
  })

  test('comes back from a copy of what the server had, for whoever has the secret', async () => {
    const copy = join(directory.path, 'copy')
    const secret = await readFile(join(path, 'secret'), 'utf8')
    const settings = { DATABASE_URL: promotedTo, LATCHKEY_SECRET: secret, LATCHKEY_LOG_LEVEL: 'warn' }
    const copied = await program.run(['backup', '--to', copy], settings)
    expect(copied.code, copied.output).toBe(0)
    expect(await program.run(['backup', '--to', copy], settings)).toMatchObject({
      code: 1,
      output: expect.stringContaining('(EEXIST); name one that is not there yet'),
    })
    const url = await newTarget()
    const restoring = { LATCHKEY_DATA_DIR: copy, LATCHKEY_LOG_LEVEL: 'warn' }
    expect(await program.run(['promote', '--to', url], restoring)).toMatchObject({
      code: 1,
      output: expect.stringContaining('another LATCHKEY_SECRET'),
    })
    const restored = await program.run(['promote', '--to', url], { ...restoring, LATCHKEY_SECRET: secret })
    expect(restored.code, restored.output).toBe(0)
    await withServer(url, (server) =>
      withServer(promotedTo, async (former) => {
        expect(await contentOf(server)).toEqual(await contentOf(former))
        await sql`drop schema public cascade`.execute(former.kysely)
        await sql`create schema public`.execute(former.kysely)
      }),
    )
    // Where it had been moved to there is nothing any more.
    expect(await program.run(['promote', '--to', promotedTo], { LATCHKEY_DATA_DIR: path })).toMatchObject({
      code: 1,
      output: expect.stringContaining('delete the file'),
    })
  })

  test('is not taken from a directory that has none, nor to what is no database', async () => {
    const to = ['--to', 'postgres://127.0.0.1:1/nowhere']
    expect(await program.run(['promote', ...to], { LATCHKEY_DATA_DIR: join(directory.path, 'no') })).toEqual({
      code: 1,
      output: expect.stringMatching(/^latchkey: There is no embedded store in \S+\/no;/),
    })
    expect(await program.run(['promote', '--to', 'mysql://host/db'], {})).toMatchObject({ code: 2 })
  })
})
