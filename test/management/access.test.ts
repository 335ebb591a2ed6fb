import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { managementOperations } from '../../src/management/index.ts'
import type { Operation } from '../../src/management/operation.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type ManagementAnswer, managementOf } from '../support/management.ts'
import { snapshotsOf } from './properties/snapshot.ts'

/*
 * Who may ask for what: each operation with each key that does not open it. The operations are those that are routed.
 */

const operations: readonly Operation[] = managementOperations(
  {} as Parameters<typeof managementOperations>[0],
)

const guarded = operations.filter(({ permission }) => permission !== 'public')

let app: TestApp
let snapshot: () => Promise<Record<string, string>>
/** By what is wrong with it; empty for none. */
let closed: Readonly<Record<string, string>>

beforeAll(async () => {
  app = await startTestApp()
  snapshot = await snapshotsOf(app.testDatabase.database)
  const revoked = await app.management()
  const { body } = await revoked.get('/latchkey/v1/api_keys')
  const [newest] = (body as { data: { id: string }[] }).data
  const remaining = await app.management()
  expect((await remaining.delete(`/latchkey/v1/api_keys/${newest?.id}`)).status).toBe(204)
  const organization = await app.fixtures.organization()
  const customers = await remaining.post(`/organizations/${organization}/api_keys`, { name: 'Customer' })
  const { apiKey } = remaining
  closed = {
    'no key': '',
    'a key that is none': 'sk_none',
    'a key with a typo': `${apiKey.slice(0, -1)}${apiKey.endsWith('a') ? 'b' : 'a'}`,
    'a key without its prefix': apiKey.slice(3),
    'a key that was revoked': revoked.apiKey,
    'a key of a customer': (customers.body as { value: string }).value,
    'the secret of an application': (await app.fixtures.firstParty()).clientSecret,
  }
})
afterAll(() => app[Symbol.asyncDispose]())

/** IDs of the right form, so that nothing but the key is wrong. */
const pathOf = ({ path }: Operation): string => path.replaceAll(/:\w+/g, '01ARZ3NDEKTSV4RRFFQ69G5FAV')

const send = async ({ method, rawBody, ...operation }: Operation, key: string): Promise<ManagementAnswer> => {
  const { get, post, put, patch, delete: remove } = managementOf(app.issuer, key)
  const path = pathOf({ method, ...operation })
  const [type = 'application/json'] = rawBody ?? []
  const others = { POST: post, PUT: put, PATCH: patch, DELETE: remove }
  return method === 'GET' ? get(path) : others[method](path, '{}', { 'content-type': type })
}

/** Everything but this area. */
const writesEverythingElse = (permission: string): string[] => {
  const [area] = permission.split(':')
  return [...new Set(guarded.map((operation) => operation.permission.split(':')[0]))]
    .filter((other) => other !== area)
    .map((other) => `${other}:write`)
}

describe('who has no key', () => {
  test.each(guarded.map((operation) => ({ id: operation.id, operation })))(
    'is not let into $id, and learns nothing',
    async ({ operation }) => {
      const before = await snapshot()
      for (const [wrong, key] of Object.entries(closed)) {
        const { status, body, headers } = await send(operation, key)
        expect({ wrong, status, body }).toEqual({ wrong, status: 401, body: { message: 'Unauthorized' } })
        expect(headers.get('www-authenticate')).toBe('Bearer')
        expect(headers.get('cache-control')).toBe('no-store')
      }
      expect(await snapshot()).toEqual(before)
    },
  )
})

describe('who has a key of fewer rights', () => {
  let keys: (operation: Operation) => Promise<Record<string, string>>
  beforeAll(async () => {
    const none = await app.fixtures.apiKey([])
    keys = async ({ permission }) => ({
      'no rights': none,
      'all rights but these': await app.fixtures.apiKey(writesEverythingElse(permission)),
      ...(permission.endsWith(':write') && {
        'rights to read': await app.fixtures.apiKey([permission.replace(/:write$/, ':read')]),
      }),
    })
  })

  test.each(guarded.map((operation) => ({ id: operation.id, operation })))(
    'is refused $id, which is told of if it is a change',
    async ({ operation, id }) => {
      const theirs = await keys(operation)
      const refusals = async () =>
        (await app.stores.events.byName('change.refused', 100_000)).filter(
          ({ data }) => data['operation'] === id,
        ).length
      const before = await snapshot()
      const told = await refusals()
      for (const [rights, key] of Object.entries(theirs)) {
        const { status, body } = await send(operation, key)
        expect({ rights, status, body }).toEqual({
          rights,
          status: 403,
          body: { message: `This API key lacks the permission ${operation.permission}.`, code: 'forbidden' },
        })
      }
      expect(await snapshot()).toEqual(before)
      expect(await refusals()).toBe(told + (operation.isChange ? Object.keys(theirs).length : 0))
    },
  )

  test('every operation has a right of its area: to read for what looks, to write for what changes', () => {
    const wrong = guarded.filter(
      ({ method, isChange, permission }) =>
        permission.endsWith(':write') !== isChange || (method === 'GET' && isChange),
    )
    expect(wrong.map(({ id, permission }) => `${id} ${permission}`)).toEqual([])
  })
})
