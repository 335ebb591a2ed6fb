import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestApp } from '../support/app.ts'
import { type Ledger, openLedger, type Price } from './ledger.ts'
import { type Operations, operationsOn, startPatientApp } from './operations.ts'

/*
 * What each operation costs the database, as docs/performance.md tells it: whatever makes one dearer changes a number there.
 */

let app: TestApp
let operations: Operations
let ledger: Ledger
let listed: Map<string, Price>

beforeAll(async () => {
  app = await startPatientApp()
  operations = await operationsOn(app)
  ledger = openLedger(app)
  listed = await priceList()
})
afterAll(async () => {
  ledger?.[Symbol.dispose]()
  await app[Symbol.asyncDispose]()
})

test('every operation of the price list costs what it says, and there are no others', async () => {
  const prices = new Map<string, Price>()
  for (const [name, prepare] of Object.entries(operations)) {
    prices.set(name, await ledger.priceOf(prepare))
  }
  expect(Object.fromEntries(prices)).toEqual(Object.fromEntries(listed))
})

test('none of them is dearer than was promised', () => {
  const price = (name: string) => listed.get(name) ?? fail()
  expect(price('client credentials, warm')).toEqual({ statements: 0, rows: 0 })
  expect(price('authorization request of somebody unknown').rows).toBe(0)
  expect(price('code flow, signed in and agreed').rows).toBeLessThanOrEqual(4)
  for (const kind of ['an access token', 'a refresh token']) {
    expect(price(`introspection of ${kind}`)).toEqual({ statements: 1, rows: 0 })
  }
  expect(price('refresh').statements).toBe(1)
})

const fail = (): never => {
  throw new Error('There is no such operation.')
}

/** Of the table in the documentation. */
const priceList = async (): Promise<Map<string, Price>> => {
  const text = await readFile(new URL('../../docs/performance.md', import.meta.url), 'utf8')
  const [, section = ''] = text.split('\n## The price list\n')
  const [own = ''] = section.split('\n## ')
  return new Map(
    [...own.matchAll(/^\| (.+?) +\| +(\d+) +\| +(\d+) +\|$/gm)].map(
      ([, name = '', statements, rows]) =>
        [name, { statements: Number(statements), rows: Number(rows) }] as const,
    ),
  )
}
