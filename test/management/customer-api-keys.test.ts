import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { actingAs } from '../../src/events/record.ts'
import {
  deactivateMembership,
  reactivateMembership,
  removeMember,
} from '../../src/organizations/membership.ts'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { sha256 } from '../../src/system/hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management
let organizationId: OrganizationId

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  organizationId = await app.fixtures.organization()
  for (const slug of ['posts:read', 'posts:write']) await app.fixtures.permission(slug)
})
afterAll(() => app[Symbol.asyncDispose]())

interface ApiKey {
  readonly id: string
  readonly value: string
  readonly expires_at: string | null
}

const create = async (body: object = {}): Promise<ApiKey> => {
  const answer = await management.post(`/organizations/${organizationId}/api_keys`, { name: 'Key', ...body })
  expect(answer.status).toBe(201)
  return answer.body as ApiKey
}

const validate = async (value: unknown) => {
  const answer = await management.post('/api_keys/validations', { value })
  expect(answer.status).toBe(200)
  return (answer.body as { api_key: unknown }).api_key
}

const member = async () => {
  const user = await app.fixtures.user({ organizations: [organizationId] })
  return { userId: user.id, organizationId }
}

const act = <T>(change: (acting: Parameters<typeof removeMember>[0]) => Promise<T>) =>
  app.transaction((stores) =>
    change(actingAs({ type: 'operator' }, { stores, now: app.clock.now(), random: systemRandom })),
  )

/** Refused with this, and no key is other than before. */
const expectRefused = async (
  send: () => Promise<{ readonly status: number; readonly body: unknown }>,
  status: number,
  body: object,
) => {
  // Uses of before are written down at any time.
  const all = async () =>
    (
      await app.testDatabase.database.kysely
        .selectFrom('customer_api_key')
        .selectAll()
        .orderBy('id')
        .execute()
    ).map(({ last_used_at: _, ...key }) => key)
  const before = await all()
  const refused = await send()
  expect(refused.status).toBe(status)
  expect(refused.body).toMatchObject(body)
  expect(await all()).toEqual(before)
}

describe('API keys of an organization', () => {
  test('are created, listed, validated and deleted with the official SDK', async () => {
    const organization = await app.fixtures.organization()
    const created = await workos.apiKeys.createOrganizationApiKey({
      organizationId: organization,
      name: 'Production',
      permissions: ['posts:read', 'posts:read'],
    })
    expect(created).toMatchObject({
      object: 'api_key',
      name: 'Production',
      owner: { type: 'organization', id: organization },
      permissions: ['posts:read'],
      lastUsedAt: null,
    })
    expect(created.value).toMatch(/^sk_[A-Za-z0-9_-]{43}[0-9a-z]{7}$/)
    expect(created.obfuscatedValue).toBe(`sk_...${created.value.slice(-4)}`)

    const { value, ...shown } = created
    const { data } = await workos.apiKeys.listOrganizationApiKeys({ organizationId: organization })
    expect(data).toEqual([shown])
    expect((await workos.apiKeys.createValidation({ value })).apiKey).toEqual(shown)

    await workos.apiKeys.deleteApiKey(created.id)
    expect((await workos.apiKeys.createValidation({ value })).apiKey).toBeNull()
    await expect(workos.apiKeys.deleteApiKey(created.id)).rejects.toMatchObject({ status: 404 })
  })

  test('are shown once, and kept as a hash', async () => {
    const { id, value } = await create()
    const kept = await app.testDatabase.database.kysely
      .selectFrom('customer_api_key')
      .selectAll()
      .where('id', '=', id as never)
      .executeTakeFirstOrThrow()
    expect(kept.value_hash).toBe(sha256(value))
    const told = await eventsOf(app, id, ['api_key.created'])
    expect(told).toHaveLength(1)
    expect(JSON.stringify([kept, told, app.logLines])).not.toContain(value)
  })

  test('open the management API as little as any text', async () => {
    const { value } = await create({ permissions: ['posts:read'] })
    const response = await fetch(`${app.issuer}/organizations`, {
      headers: { authorization: `Bearer ${value}` },
    })
    expect(response.status).toBe(401)
    expect(await validate(management.apiKey)).toBeNull()
  })

  test('are told of by events: created, updated with what was before, revoked', async () => {
    const { value, ...created } = await create()
    const { body: updated } = await management.post(`/api_keys/${created.id}/expire`, {
      expires_at: '2100-01-01T00:00:00Z',
    })
    await management.delete(`/api_keys/${created.id}`)
    const told = await eventsOf(app, created.id, ['api_key.created', 'api_key.updated', 'api_key.revoked'])
    expect(
      told.map(({ name, organizationId, data, before }) => ({ name, organizationId, data, before })),
    ).toEqual([
      { name: 'api_key.created', organizationId, data: created, before: null },
      { name: 'api_key.updated', organizationId, data: updated, before: created },
      { name: 'api_key.revoked', organizationId, data: updated, before: null },
    ])
  })

  test('have a last use, written down in batches', async () => {
    const { id, value } = await create()
    await validate(value)
    const lastUsed = async () => {
      const { body } = await management.get(`/organizations/${organizationId}/api_keys?limit=100`)
      return (body as { data: { id: string; last_used_at: string | null }[] }).data.find(
        (key) => key.id === id,
      )?.last_used_at
    }
    await vi.waitFor(async () => expect(await lastUsed()).toEqual(expect.any(String)), {
      timeout: 25_000,
      interval: 500,
    })
  }, 30_000)

  test.each([
    [{ name: '' }, 'name', 'name_invalid'],
    [{ name: 'a'.repeat(256) }, 'name', 'name_invalid'],
    [{ name: undefined }, 'name', 'required'],
    [{ permissions: ['posts:read', 'absent'] }, 'permissions.1', 'permission_unknown'],
    [{ permissions: ['openid'] }, 'permissions.0', 'permission_unknown'],
    [{ permissions: 'posts:read' }, 'permissions', 'invalid_type'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at', 'expiry_not_in_future'],
    [{ expires_at: 'tomorrow' }, 'expires_at', 'invalid_format'],
    [{ expires_at: '2100-02-30T00:00:00Z' }, 'expires_at', 'invalid_format'],
    [{ expires_at: '9999-12-31T23:59:59-23:59' }, 'expires_at', 'invalid_value'],
    [{ value: 'sk_mine' }, 'value', 'unknown_field'],
    [{ organization_id: 'org_mine' }, 'organization_id', 'unknown_field'],
  ])('are refused with %j', async (change, field, code) => {
    const body = { name: 'Refused', ...change }
    await expectRefused(() => management.post(`/organizations/${organizationId}/api_keys`, body), 422, {
      errors: [{ field, code }],
    })
  })

  test('are not found under an organization that is not there', async () => {
    const nowhere = 'org_01EHZNVPK3SFK441A1RGBFSHRT'
    for (const id of [nowhere, 'acme']) {
      const path = `/organizations/${id}/api_keys`
      await expectRefused(() => management.get(path), 404, { entity_id: id })
      await expectRefused(() => management.post(path, { name: 'Key' }), 404, { entity_id: id })
    }
  })

  test('go with their organization', async () => {
    const organization = await app.fixtures.organization()
    const { body } = await management.post(`/organizations/${organization}/api_keys`, { name: 'Key' })
    await management.delete(`/organizations/${organization}`)
    expect(await validate((body as ApiKey).value)).toBeNull()
  })
})

describe('the expiry of an API key', () => {
  test('holds to the millisecond, and cannot be taken back', async () => {
    const inAMinute = new Date(app.clock.now().getTime() + 60_000).toISOString()
    const { id, value, expires_at } = await create({ expires_at: inAMinute })
    expect(expires_at).toBe(inAMinute)
    expect(await validate(value)).toMatchObject({ id })
    app.clock.advance(61)
    expect(await validate(value)).toBeNull()
    await expectRefused(() => management.post(`/api_keys/${id}/expire`, { expires_at: null }), 409, {
      code: 'api_key_already_expired',
    })
  })

  test('is now if none is given, or one that is past', async () => {
    for (const body of [undefined, {}, { expires_at: '2020-01-01T00:00:00Z' }]) {
      const { id, value } = await create()
      const answer = await management.post(`/api_keys/${id}/expire`, body)
      expect(answer.status).toBe(200)
      const expiry = Date.parse((answer.body as ApiKey).expires_at ?? '')
      expect(Math.abs(expiry - app.clock.now().getTime())).toBeLessThan(60_000)
      expect(await validate(value)).toBeNull()
    }
  })

  test('is taken away by null', async () => {
    const { id, value } = await create({
      expires_at: new Date(app.clock.now().getTime() + 60_000).toISOString(),
    })
    const answer = await management.post(`/api_keys/${id}/expire`, { expires_at: null })
    expect(answer).toMatchObject({ status: 200, body: { expires_at: null } })
    app.clock.advance(120)
    expect(await validate(value)).toMatchObject({ id })
  })

  test('set to what it is changes nothing', async () => {
    const expires_at = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
    for (const given of [{ expires_at }, { expires_at: null }]) {
      const { value, ...created } = await create(given)
      app.clock.advance(1)
      expect((await management.post(`/api_keys/${created.id}/expire`, given)).body).toEqual(created)
      expect(await eventsOf(app, created.id, ['api_key.updated'])).toEqual([])
    }
  })

  test('set twenty times at once to now is set once', async () => {
    const { id } = await create()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => management.post(`/api_keys/${id}/expire`, {})),
    )
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1)
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
    expect(await eventsOf(app, id, ['api_key.updated'])).toHaveLength(
      answers.filter(({ status }) => status === 200).length,
    )
  })
})

describe('API keys of a user', () => {
  test('are created and listed with the official SDK', async () => {
    const { userId } = await member()
    const expiresAt = new Date(app.clock.now().getTime() + 3_600_000)
    const created = await workos.userManagement.createUserApiKey(userId, {
      organizationId,
      name: 'Mine',
      permissions: ['posts:write'],
      expiresAt,
    })
    expect(created).toMatchObject({
      owner: { type: 'user', id: userId, organizationId },
      permissions: ['posts:write'],
      expiresAt: expiresAt.toISOString(),
    })
    const { value, ...shown } = created
    const listed = await workos.userManagement.listUserApiKeys(userId, { organizationId })
    expect(listed.data).toEqual([shown])
    expect(await validate(value)).toMatchObject({ owner: { type: 'user', id: userId } })
    const { data } = await workos.apiKeys.listOrganizationApiKeys({ organizationId })
    expect(data.map(({ id }) => id)).not.toContain(created.id)
  })

  test('are listed by organization', async () => {
    const [first, second] = [await app.fixtures.organization(), await app.fixtures.organization()]
    const { id } = await app.fixtures.user({ organizations: [first, second] })
    const path = `/user_management/users/${id}/api_keys`
    for (const organization_id of [first, second]) {
      expect((await management.post(path, { name: organization_id, organization_id })).status).toBe(201)
    }
    const { body } = await management.get(`${path}?organization_id=${second}`)
    expect(body).toMatchObject({ data: [{ name: second }] })
    expect(await management.get(`${path}?organization_id=acme`)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'organization_id', code: 'invalid_value' }] },
    })
    expect(((await management.get(path)).body as { data: unknown[] }).data).toHaveLength(2)
  })

  test('hold while the membership is active, and end with it', async () => {
    const of = await member()
    const { body } = await management.post(`/user_management/users/${of.userId}/api_keys`, {
      name: 'Mine',
      organization_id: organizationId,
    })
    const { value } = body as ApiKey
    expect(await validate(value)).not.toBeNull()
    await act((acting) => deactivateMembership(acting, of))
    expect(await validate(value)).toBeNull()
    await act((acting) => reactivateMembership(acting, of))
    expect(await validate(value)).not.toBeNull()
    await act((acting) => removeMember(acting, of))
    expect(await validate(value)).toBeNull()
    await app.fixtures.member(of.userId, organizationId)
    expect(await validate(value)).toBeNull()
  })

  test('are refused without an active membership', async () => {
    const stranger = await app.fixtures.user()
    const former = await member()
    await act((acting) => deactivateMembership(acting, former))
    for (const id of [stranger.id, former.userId]) {
      await expectRefused(
        () =>
          management.post(`/user_management/users/${id}/api_keys`, {
            name: 'Mine',
            organization_id: organizationId,
          }),
        400,
        { code: 'membership_not_active', errors: [{ field: 'organization_id' }] },
      )
    }
  })

  test('are refused for a user or an organization that is not there', async () => {
    const { userId } = await member()
    const [noUser, noOrganization] = ['user_01EHZNVPK3SFK441A1RGBFSHRT', 'org_01EHZNVPK3SFK441A1RGBFSHRT']
    await expectRefused(
      () =>
        management.post(`/user_management/users/${noUser}/api_keys`, {
          name: 'Key',
          organization_id: organizationId,
        }),
      404,
      { entity_id: noUser },
    )
    await expectRefused(
      () =>
        management.post(`/user_management/users/${userId}/api_keys`, {
          name: 'Key',
          organization_id: noOrganization,
        }),
      404,
      { entity_id: noOrganization },
    )
    await expectRefused(() => management.get(`/user_management/users/${noUser}/api_keys`), 404, {})
  })
})

describe('validation', () => {
  test('answers null to whatever is no key that holds', async () => {
    const { value } = await create()
    for (const text of [
      '',
      'sk_',
      value.slice(0, -1),
      `${value}x`,
      value.toUpperCase(),
      'lks_x',
      'é'.repeat(5_000),
    ]) {
      expect(await validate(text)).toBeNull()
    }
  })

  test('refuses what is no text', async () => {
    for (const value of [null, 1, ['sk_'], undefined]) {
      const answer = await management.post('/api_keys/validations', { value })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'value' }] } })
    }
  })

  test('needs a key of the management API that may read customers’ keys', async () => {
    const { value } = await create()
    const other = await app.management(['users:write'])
    expect((await other.post('/api_keys/validations', { value })).status).toBe(403)
    const reader = await app.management(['customer_keys:read'])
    expect((await reader.post('/api_keys/validations', { value })).status).toBe(200)
  })
})
