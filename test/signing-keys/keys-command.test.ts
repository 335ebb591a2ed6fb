import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { keysCommand } from '../../src/cli/keys.ts'
import { rotationTimes } from '../../src/signing-keys/rotation.ts'
import { storesOn } from '../../src/storage/index.ts'
import { transactionOn } from '../../src/storage/transaction.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'
import { recordIn } from '../support/record-in.ts'
import { sealerFor, secret, settableClock, start } from './keys.ts'

let opened: TestDatabase
beforeAll(async () => {
  opened = await openTestDatabase()
})
afterAll(() => opened[Symbol.asyncDispose]())
beforeEach(() => opened.database.kysely.deleteFrom('signing_key').execute())

const times = rotationTimes({
  keySetCacheSeconds: 300,
  cacheSeconds: 5,
  idTokenSeconds: 3600,
  longestAccessTokenSeconds: 300,
})

const run = async (commandLine: string, now = start, text = secret) => {
  const lines: string[] = []
  const code = await keysCommand(commandLine.split(' '), {
    stores: storesOn(opened.database.kysely),
    transaction: transactionOn(opened.database.kysely),
    sealer: sealerFor(text),
    random: systemRandom,
    clock: settableClock(now),
    algorithms: ['ES256'],
    times,
    recordIn,
    keySetCacheSeconds: 300,
    print: (line) => lines.push(line),
  })
  return { code, lines, text: lines.join('\n') }
}
const kids = async () => (await storesOn(opened.database.kysely).signingKeys.all()).map(({ kid }) => kid)

test('list shows every key in an aligned table, each with its state', async () => {
  expect((await run('list')).text).toMatch(/no signing keys yet/)
  await run('rotate')
  await run('rotate', addSeconds(start, 60))
  const { code, lines } = await run('list', addSeconds(start, 90))
  const [first, second] = await kids()
  expect(code).toBe(0)
  expect(lines).toEqual([
    'KID                             ALGORITHM  STATE     CREATED               SIGNS FROM            SIGNS UNTIL           PUBLISHED UNTIL',
    `${first}  ES256      active    2026-01-01T00:00:00Z  2026-01-01T00:00:00Z  2026-01-01T00:16:00Z  2026-01-01T01:21:00Z`,
    `${second}  ES256      upcoming  2026-01-01T00:01:00Z  2026-01-01T00:16:00Z  -                     -`,
  ])
})

test('rotate says what verifiers will see and when, and does not do it twice', async () => {
  expect((await run('rotate')).text).toMatch(
    /^ES256: made key_\w+\. There was no key; this one can sign from [\dTZ:-]+ on\.$/,
  )
  const { code, text } = await run('rotate', addSeconds(start, 60))
  const [old, next] = await kids()
  expect(code).toBe(0)
  expect(text).toContain(`made ${next}, the successor of ${old}`)
  expect(text).toContain('verifiers see both')
  expect(text).toContain('until 2026-01-01T00:16:00Z')
  expect(text).toContain('published until 2026-01-01T01:21:00Z')
  expect((await run('rotate', addSeconds(start, 90))).text).toContain(
    `nothing to do. ${next} is published already`,
  )
  expect(await kids()).toHaveLength(2)
})

test('rotate --algorithm is for that algorithm alone, used or not', async () => {
  expect((await run('rotate --algorithm EdDSA')).text).toMatch(/^EdDSA: made/)
  expect((await run('list')).text).not.toContain('ES256')
})

test('retire withdraws the key, says who takes over and what that means', async () => {
  await run('rotate')
  const [old] = await kids()
  const { code, text } = await run(`retire ${old}`, addSeconds(start, 60))
  const [, next] = await kids()
  expect(code).toBe(0)
  expect(text).toContain(`${old} (ES256) is withdrawn`)
  expect(text).toContain(`${next} signs in its place at once`)
  expect(text).toContain('up to 300 seconds more')
  expect((await run(`retire ${old}`, addSeconds(start, 90))).text).toContain(
    'withdrawn since 2026-01-01T00:01:00Z already',
  )
})

test('retire with another secret than the key was made with says that every node must have it', async () => {
  await run('rotate')
  const [old] = await kids()
  expect((await run(`retire ${old}`, start, 'the secret after one that was lost')).text).toContain(
    'It was encrypted with another LATCHKEY_SECRET than this one.',
  )
  const [, next] = await kids()
  expect((await run(`retire ${next}`, start, 'the secret after one that was lost')).text).not.toContain(
    'LATCHKEY_SECRET',
  )
})

test('retire of a key that does not exist is refused, with the way to find one', async () => {
  const { code, text } = await run('retire key_unknown')
  expect(code).toBe(1)
  expect(text).toContain('There is no signing key key_unknown. "latchkey keys list" shows')
})

test.each([
  '',
  'lost',
  'list all',
  'retire',
  'retire a b',
  'rotate RS256',
  'rotate --algorithm',
  'rotate --algorithm HS256',
  'list --algorithm RS256',
  'rotate --force',
])('"keys %s" is not understood: the usage says what there is', async (commandLine) => {
  const { code, text } = await run(commandLine)
  expect(code).toBe(2)
  expect(text).toMatch(/^Usage:/)
})
