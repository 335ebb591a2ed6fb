import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as checks from './support/architecture/checks.ts'
import { CODE_FOLDERS } from './support/architecture/rules.ts'
import { filesBelow, readSources, sourceFile } from './support/architecture/source-file.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const sources = readSources(root, CODE_FOLDERS)
const codePaths = CODE_FOLDERS.flatMap((folder) => filesBelow(root, folder))

const rules: Record<string, checks.Check> = {
  'a room imports only lower levels, and types only where policy meets the outside': checks.levels,
  'every room has a level': checks.knownRooms,
  'migrations stand alone': checks.frozenMigrations,
  'imports name what they import': checks.literalImports,
  'modules and globals of the outside world come through their room': checks.doors,
  'no file is imported by what it imports': checks.noCycles,
  'a start reads nothing that serving may never need': checks.quickStart,
  'a file has at most 400 lines': checks.shortFiles,
}

describe('the code keeps the layout', () => {
  for (const [title, check] of Object.entries(rules)) {
    it(title, () => expect(check(sources)).toEqual([]))
  }

  it('names are kebab-case and say what they hold', () => expect(checks.names(codePaths)).toEqual([]))

  it('nothing names a path of one machine', () => {
    const atRoot = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile())
    const paths = [
      ...atRoot.map(({ name }) => name).filter((name) => name !== 'package-lock.json' && name !== '.git'),
      ...[...CODE_FOLDERS, 'docs', '.ci', '.github'].flatMap((folder) => filesBelow(root, folder)),
    ]
    const texts = paths.filter((path) => !/\.(png|jpe?g|ico|woff2?|br|gz)$/.test(path))
    expect(checks.portable(new Map(texts.map((path) => [path, read(path)])))).toEqual([])
  })

  it('npm ci accepts the lock file on every platform', () => {
    expect(checks.completeLock(JSON.parse(read('package-lock.json')))).toEqual([])
  })
})

/** What a check says about a repository of these files; lines are cut off after the position. */
const judge = (check: checks.Check, files: Record<string, string>): string[] =>
  check(Object.entries(files).map(([path, text]) => sourceFile(path, text)))

const positions = (check: checks.Check, files: Record<string, string>): string[] =>
  judge(check, files).map((violation) => violation.replace(/^([^:]+:\d+): .*$/s, '$1'))

describe('the checks see what breaks the layout', () => {
  const refused: readonly [title: string, check: checks.Check, path: string, text: string][] = [
    ['a higher level', checks.levels, 'src/tokens/a.ts', "import { b } from '../grants/b.ts'"],
    [
      'an import over several lines',
      checks.levels,
      'src/html/a.ts',
      "import {\n  b,\n} from '../config/b.ts'",
    ],
    ['a type of a higher level', checks.levels, 'src/users/a.ts', "import type { B } from '../app.ts'"],
    ['a re-export', checks.levels, 'src/protocol/a.ts', "export * from '../users/b.ts'"],
    ['a named re-export', checks.levels, 'src/protocol/a.ts', "export { b } from '../users/b.ts'"],
    ['a dynamic import', checks.levels, 'src/protocol/a.ts', "await import('../users/b.ts')"],
    ['a type in a type', checks.levels, 'src/protocol/a.ts', "type A = import('../users/b.ts').B"],
    ['an equal', checks.levels, 'src/endpoints/a.ts', "import { b } from '../interaction/b.ts'"],
    ['an equal of the lowest level', checks.levels, 'src/html/a.ts', "import { b } from '../system/hash.ts'"],
    ['values of a store', checks.levels, 'src/users/a.ts', "import { b } from '../storage/b.ts'"],
    ['an inline type', checks.levels, 'src/grants/a.ts', "import { type B } from '../config/b.ts'"],
    ['stores at an endpoint', checks.levels, 'src/endpoints/a.ts', "import { b } from '../storage/b.ts'"],
    ['files outside of src', checks.levels, 'src/users/a.ts', "import { b } from '../../test/b.ts'"],
    ['an unknown room', checks.knownRooms, 'src/misc/a.ts', ''],
    [
      'src in a migration',
      checks.frozenMigrations,
      'migrations/1.ts',
      "import type { B } from '../src/b.ts'",
    ],
    ['a computed import', checks.literalImports, 'src/cli/a.ts', 'await import(name)'],
    ['require', checks.literalImports, 'src/cli/a.ts', "require('../x.ts')"],
    ['process.env', checks.doors, 'src/cli/a.ts', 'process.env.HOME'],
    ["process['env']", checks.doors, 'src/cli/a.ts', "process['env']"],
    ['destructured process.env', checks.doors, 'src/cli/a.ts', 'const { env } = process'],
    ['node:process', checks.doors, 'src/cli/a.ts', "import { env } from 'node:process'"],
    ['new Date()', checks.doors, 'src/app.ts', 'const now = new Date()'],
    ['new Date', checks.doors, 'src/app.ts', 'const now = new Date'],
    ['Date.now', checks.doors, 'src/app.ts', 'const read = Date.now'],
    ['timers', checks.doors, 'src/jobs/sweep.ts', 'setInterval(() => {}, 1)'],
    ['a timer handed on', checks.doors, 'src/jobs/sweep.ts', 'run(setTimeout)'],
    [
      'node:timers/promises',
      checks.doors,
      'src/app.ts',
      "import { setTimeout as a } from 'node:timers/promises'",
    ],
    ['Math.random', checks.doors, 'src/app.ts', 'Math.random()'],
    ['Web Crypto', checks.doors, 'src/app.ts', 'crypto.randomUUID()'],
    ['node:crypto', checks.doors, 'src/app.ts', "import { createHash } from 'node:crypto'"],
    ['fetch', checks.doors, 'src/app.ts', "await fetch('https://example.com')"],
    ['node:dns', checks.doors, 'src/app.ts', "import { resolveTxt } from 'node:dns/promises'"],
    ['globalThis', checks.doors, 'src/app.ts', 'globalThis.Date'],
    ['kysely', checks.doors, 'src/app.ts', "import type { Kysely } from 'kysely'"],
    ['a part of kysely', checks.doors, 'src/app.ts', "import { a } from 'kysely/helpers/postgres'"],
    ['pg', checks.doors, 'src/app.ts', "import pg from 'pg'"],
    ['PGlite', checks.doors, 'src/app.ts', "import { PGlite } from '@electric-sql/pglite'"],
    ['fastify', checks.doors, 'src/grants/a.ts', "import type { FastifyReply } from 'fastify'"],
    ['a plugin of fastify', checks.doors, 'src/grants/a.ts', "import a from '@fastify/cookie'"],
    ['jose', checks.doors, 'src/endpoints/a.ts', "import { SignJWT } from 'jose'"],
    ['jose beside private_key_jwt', checks.doors, 'src/client-authentication/none.ts', "import 'jose'"],
    ['prom-client', checks.doors, 'src/jobs/a.ts', "import { Counter } from 'prom-client'"],
    ['argon2', checks.doors, 'src/system/hash.ts', "import argon2 from 'argon2'"],
    ['what is needed late', checks.quickStart, 'src/main.ts', "import nodemailer from 'nodemailer'"],
    ['401 lines', checks.shortFiles, 'src/app.ts', '\n'.repeat(401)],
  ]
  it.each(refused)('%s', (_title, check, path, text) => {
    expect(judge(check, { [path]: text })).toHaveLength(1)
  })

  it('the line of what it refuses', () => {
    const text = "// now\nimport {\n  b,\n} from '../users/b.ts'\n"
    expect(positions(checks.levels, { 'src/protocol/a.ts': text })).toEqual(['src/protocol/a.ts:2'])
  })

  it('a cycle, also of types', () => {
    const found = judge(checks.noCycles, {
      'src/users/a.ts': "import type { B } from './b.ts'",
      'src/users/b.ts': "export { c } from './deep/c.ts'",
      'src/users/deep/c.ts': "import '../a.ts'",
    })
    expect(found).toEqual(['src/users/a.ts → src/users/b.ts → src/users/deep/c.ts → src/users/a.ts'])
  })

  it('bad names', () => {
    const paths = [
      'src/tokens/utils.ts',
      'src/common/a.ts',
      'src/tokens/base-token.ts',
      'src/app/authCode.ts',
    ]
    expect(checks.names(paths)).toHaveLength(paths.length)
  })

  it('paths of a machine', () => {
    const texts = ['home', 'root', 'work', 'Users'].map((name) => `see "/${name}/${'somebody'}/notes"`)
    expect(checks.portable(new Map(texts.map((text) => [text, text])))).toHaveLength(texts.length)
  })

  it('a lock file of one platform', () => {
    const packages = { 'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-darwin': '1' } } }
    expect(checks.completeLock({ packages: { ...packages, 'node_modules/a-linux': {} } })).toHaveLength(1)
  })
})

describe('the checks leave alone what keeps the layout', () => {
  const kept: readonly [path: string, text: string][] = [
    ['src/tokens/a.ts', "import { b } from '../protocol/b.ts'; import type { C } from '../storage/c.ts'"],
    ['src/protocol/pkce.ts', "import { sha256 } from '../system/hash.ts'"],
    ['src/endpoints/a.ts', "import { b } from '../config/lifetimes.ts'; import type { F } from 'fastify'"],
    ['src/storage/migrator.ts', "import { migrations } from '../../migrations/index.ts'; import 'kysely'"],
    ['src/cli/serve.ts', "import { buildApp } from '../app.ts'; process.exitCode = 1"],
    ['src/jobs/schedule.ts', 'setTimeout(() => {}, 1)'],
    ['src/system/clock.ts', "import { randomBytes } from 'node:crypto'; new Date(); fetch('x')"],
    ['src/client-authentication/private-key-jwt.ts', "import { jwtVerify } from 'jose'"],
    [
      'src/app.ts',
      "new Date(0); deps.fetch('x'); type F = typeof fetch; const a = { setTimeout: 1, crypto: 2 }",
    ],
    ['src/app.ts', '// new Date(), fetch("x")\nconst text = "process.env, Math.random()"'],
    ['test/a.test.ts', "import pg from 'pg'; process.env.HOME; Date.now()"],
  ]
  it.each(kept)('%s', (path, text) => {
    expect(Object.values(rules).flatMap((check) => judge(check, { [path]: text }))).toEqual([])
  })

  it('sections in names, and paths of URLs', () => {
    expect(checks.names(['test/rfc6749-oauth/section-3.1-authorization-endpoint.test.ts'])).toEqual([])
    expect(checks.portable(new Map([['a', 'https://example.com/home/page']]))).toEqual([])
  })
})
