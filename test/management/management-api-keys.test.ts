import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../src/system/hash.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import { eventsOf } from '../support/events-of.ts'
import { type Management, managementOf } from '../support/management.ts'

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

beforeEach(async () => {
  await app.testDatabase.database.kysely.deleteFrom('api_key').execute()
  management = await app.management()
})

interface ApiKey {
  readonly id: string
  readonly value: string
}

const PATH = '/latchkey/v1/api_keys'

const create = async (permissions: readonly string[], by: Management = management): Promise<ApiKey> => {
  const { status, body } = await by.post(PATH, { name: 'Key', permissions })
  expect(status).toBe(201)
  return body as ApiKey
}

const withKey = ({ value }: ApiKey): Management => managementOf(app.issuer, value)

const listed = async (): Promise<{ id: string; permissions: string[] }[]> =>
  ((await management.get(`${PATH}?limit=100`)).body as { data: { id: string; permissions: string[] }[] }).data

const idOf = async ({ apiKey }: Management): Promise<string> => {
  const key = await app.stores.apiKeys.liveByValue(sha256(apiKey))
  return key?.id ?? ''
}

const expectRefused = async (
  send: () => Promise<{ readonly status: number; readonly body: unknown }>,
  status: number,
  body: object,
) => {
  const all = async () =>
    (await app.stores.apiKeys.all()).map(({ id, permissions, revokedAt }) => ({ id, permissions, revokedAt }))
  const before = await all()
  const refused = await send()
  expect(refused.status).toBe(status)
  expect(refused.body).toMatchObject(body)
  expect(await all()).toEqual(before)
}

describe('API keys', () => {
  test('are created, read, listed and revoked', async () => {
    const { status, body } = await management.post(PATH, {
      name: ' CI ',
      permissions: ['users:read', 'organizations:write', 'users:read'],
    })
    expect(status).toBe(201)
    const { value, ...shown } = body as ApiKey
    expect(value).toMatch(/^sk_[A-Za-z0-9_-]{43}[0-9a-z]{7}$/)
    expect(shown).toMatchObject({
      object: 'management_api_key',
      name: 'CI',
      obfuscated_value: `sk_...${value.slice(-4)}`,
      permissions: ['users:read', 'organizations:write'],
      last_used_at: null,
    })
    expect(await management.get(`${PATH}/${shown.id}`)).toMatchObject({ status: 200, body: shown })
    expect(await listed()).toContainEqual(shown)
    const key = withKey({ ...shown, value })
    expect((await key.get('/organizations')).status).toBe(200)

    expect((await management.delete(`${PATH}/${shown.id}`)).status).toBe(204)
    expect(await key.get('/organizations')).toMatchObject({ status: 401, body: { message: 'Unauthorized' } })
    expect((await listed()).map(({ id }) => id)).not.toContain(shown.id)
    await expectRefused(() => management.get(`${PATH}/${shown.id}`), 404, { code: 'entity_not_found' })
    await expectRefused(() => management.delete(`${PATH}/${shown.id}`), 404, { code: 'entity_not_found' })
  })

  test('are shown once, and told of by events without their value', async () => {
    const { id, value } = await create(['users:read'])
    await management.delete(`${PATH}/${id}`)
    const told = await eventsOf(app, id, ['management_api_key.created', 'management_api_key.revoked'])
    expect(told).toMatchObject([
      {
        name: 'management_api_key.created',
        actor: { type: 'api_key', id: await idOf(management) },
        data: { id },
      },
      { name: 'management_api_key.revoked', data: { id, permissions: ['users:read'] } },
    ])
    expect(JSON.stringify([told, await app.stores.apiKeys.all(), app.logLines])).not.toContain(value)
  })

  test('open what they hold and nothing else; to write is to read', async () => {
    const key = withKey(await create(['organizations:write', 'users:read']))
    expect((await key.get('/organizations')).status).toBe(200)
    expect((await key.post('/organizations', { name: 'Acme' })).status).toBe(201)
    expect((await key.get('/user_management/users')).status).toBe(200)
    expect((await key.post('/user_management/users', { email: 'a@example.com' })).status).toBe(403)
    expect((await key.get('/authorization/permissions')).status).toBe(403)
  })

  test('can be given only what the key that asks holds itself', async () => {
    const keeper = withKey(await create(['api_keys:write', 'users:write']))
    expect((await create(['users:read', 'users:write', 'api_keys:read'], keeper)).id).toBeDefined()
    for (const permissions of [['*'], ['organizations:read'], ['users:read', 'events:write']]) {
      await expectRefused(() => keeper.post(PATH, { name: 'More', permissions }), 403, { code: 'forbidden' })
    }
    const reader = withKey(await create(['api_keys:read']))
    expect((await reader.get(PATH)).status).toBe(200)
    await expectRefused(() => reader.post(PATH, { name: 'Key', permissions: ['api_keys:read'] }), 403, {})
  })

  test.each([
    [{ permissions: ['users:delete'] }, 'permissions.0', 'invalid_value'],
    [{ permissions: ['users:read', 'everything'] }, 'permissions.1', 'invalid_value'],
    [{ permissions: [] }, 'permissions', 'too_small'],
    [{ permissions: '*' }, 'permissions', 'invalid_type'],
    [{ permissions: undefined }, 'permissions', 'required'],
    [{ name: ' ' }, 'name', 'name_invalid'],
    [{ name: 'a'.repeat(256) }, 'name', 'name_invalid'],
    [{ value: 'sk_mine' }, 'value', 'unknown_field'],
    [{ revoked_at: null }, 'revoked_at', 'unknown_field'],
  ])('are refused with %j', async (change, field, code) => {
    await expectRefused(
      () => management.post(PATH, { name: 'Refused', permissions: ['users:read'], ...change }),
      422,
      { errors: [{ field, code }] },
    )
  })

  test('a key may revoke itself, unless no other may do everything', async () => {
    const own = await idOf(management)
    await expectRefused(() => management.delete(`${PATH}/${own}`), 409, { code: 'last_api_key' })
    const second = await create(['*'])
    expect((await management.delete(`${PATH}/${own}`)).status).toBe(204)
    expect((await management.get(PATH)).status).toBe(401)
    const last = withKey(second)
    await expectRefused(() => last.delete(`${PATH}/${second.id}`), 409, { code: 'last_api_key' })
    const limited = await create(['api_keys:write'], last)
    expect((await withKey(limited).delete(`${PATH}/${limited.id}`)).status).toBe(204)
  })

  test('a key revokes none that may do more than itself', async () => {
    const strong = await create(['*'])
    const weak = withKey(await create(['api_keys:write']))
    await expectRefused(() => weak.delete(`${PATH}/${strong.id}`), 403, { code: 'forbidden' })
    expect((await withKey(strong).get(PATH)).status).toBe(200)
    const equal = await create(['api_keys:read'])
    expect((await weak.delete(`${PATH}/${equal.id}`)).status).toBe(204)
  })

  test('of ten that may do everything and are revoked at once, one is left', async () => {
    const own = await idOf(management)
    const others = await Promise.all(Array.from({ length: 9 }, () => create(['*'])))
    const answers = await Promise.all(
      [{ id: own, value: management.apiKey }, ...others].map((key) =>
        withKey(key).delete(`${PATH}/${key.id}`),
      ),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(9)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1)
    const left = (await app.stores.apiKeys.all()).filter(({ revokedAt }) => revokedAt === null)
    expect(left).toMatchObject([{ permissions: ['*'] }])
  })

  test('that revoke each other at once leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await create(['*']), await create(['*'])]
      await app.testDatabase.database.kysely
        .deleteFrom('api_key')
        .where('id', 'not in', [a.id, b.id] as never[])
        .execute()
      const answers = await Promise.all([
        withKey(a).delete(`${PATH}/${b.id}`),
        withKey(b).delete(`${PATH}/${a.id}`),
      ])
      const left = (await app.stores.apiKeys.all()).filter(({ revokedAt }) => revokedAt === null)
      expect(left).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
      management = withKey(left[0]?.id === a.id ? a : b)
    }
  })

  test('have a last use, written down in batches', async () => {
    const key = await create(['users:read'])
    await withKey(key).get('/user_management/users')
    const lastUsed = async () =>
      ((await management.get(`${PATH}/${key.id}`)).body as { last_used_at: string | null }).last_used_at
    await vi.waitFor(async () => expect(await lastUsed()).toEqual(expect.any(String)), {
      timeout: 25_000,
      interval: 500,
    })
  }, 30_000)

  test('are listed by pages, and by cursors of keys alone', async () => {
    const ids = [await idOf(management), (await create(['users:read'])).id, (await create(['users:read'])).id]
    const first = await management.get(`${PATH}?limit=2&order=asc`)
    expect(first.body).toMatchObject({
      data: [{ id: ids[0] }, { id: ids[1] }],
      list_metadata: { before: null, after: ids[1] },
    })
    expect((await management.get(`${PATH}?limit=2&order=asc&after=${ids[1]}`)).body).toMatchObject({
      data: [{ id: ids[2] }],
    })
    expect((await management.get(`${PATH}?after=user_01EHZNVPK3SFK441A1RGBFSHRT`)).status).toBe(422)
  })
})

/** The embedded store has one process, and nobody to tell. */
if (testStore.kind === 'postgres') {
  test('API keys that are revoked open nothing on any node, from the moment of the answer', async () => {
    const node = await app.startNode()
    try {
      const key = await create(['users:read'])
      const elsewhere = managementOf(node.issuer, key.value)
      expect((await elsewhere.get('/user_management/users')).status).toBe(200)
      await management.delete(`${PATH}/${key.id}`)
      expect((await elsewhere.get('/user_management/users')).status).toBe(401)
    } finally {
      await node.close()
    }
  })
}
