import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newIdentifier, type OrganizationId } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  await role('member')
  await role('admin')
  await role('org-of-another', await app.fixtures.organization())
})
afterAll(() => app[Symbol.asyncDispose]())

const path = '/user_management/organization_memberships'

const role = async (slug: string, organizationId: OrganizationId | null = null) => {
  const now = app.clock.now()
  await app.testDatabase.database.kysely
    .insertInto('role')
    .values({
      id: newIdentifier('role', now, systemRandom),
      slug,
      name: slug,
      description: null,
      organization_id: organizationId,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const userAndOrganization = async () => ({
  userId: (await app.fixtures.user()).id,
  organizationId: await app.fixtures.organization(),
})

const create = async (options: { roleSlug?: string; roleSlugs?: string[] } = {}) =>
  workos.userManagement.createOrganizationMembership({ ...(await userAndOrganization()), ...options })

/** As WorkOS has one while an invitation waits for its answer. */
const pending = async () => {
  const of = await userAndOrganization()
  const now = app.clock.now()
  const id = newIdentifier('membership', now, systemRandom)
  await app.stores.memberships.insert({
    ...of,
    id,
    roleSlug: 'member',
    status: 'pending',
    createdAt: now,
    updatedAt: now,
  })
  return { ...of, id }
}

const wire = async (id: string) => (await management.get(`${path}/${id}`)).body as object

const happenings = (id: string) =>
  eventsOf(app, id, [
    'organization_membership.created',
    'organization_membership.updated',
    'organization_membership.deleted',
  ])

describe('creating a membership', () => {
  test('gives all that a membership has, and tells it in an event', async () => {
    const organizationId = await app.fixtures.organization('Acme')
    const user = await app.fixtures.user({ email: 'ada@acme.example' })
    const created = await workos.userManagement.createOrganizationMembership({
      organizationId,
      userId: user.id,
    })
    expect(created).toMatchObject({
      object: 'organization_membership',
      userId: user.id,
      organizationId,
      organizationName: 'Acme',
      status: 'active',
      role: { slug: 'member' },
      roles: [{ slug: 'member' }],
      directoryManaged: false,
      customAttributes: {},
    })
    expect(await workos.userManagement.getOrganizationMembership(created.id)).toEqual(created)
    const shown = await wire(created.id)
    expect(shown).toMatchObject({ user: { object: 'user', id: user.id, email: 'ada@acme.example' } })
    expect(JSON.stringify(shown)).not.toMatch(/argon2|password/i)
    expect(await happenings(created.id)).toMatchObject([
      { name: 'organization_membership.created', actor: { type: 'api_key' }, organizationId, data: shown },
    ])
  })

  test('gives one role: by its slug, or by a list of one; the organization may have its own', async () => {
    expect((await create({ roleSlug: 'admin' })).role).toEqual({ slug: 'admin' })
    expect((await create({ roleSlugs: ['admin', 'admin'] })).roles).toEqual([{ slug: 'admin' }])
    const of = await userAndOrganization()
    await role('org-auditor', of.organizationId)
    const own = await workos.userManagement.createOrganizationMembership({ ...of, roleSlug: 'org-auditor' })
    expect(own.role).toEqual({ slug: 'org-auditor' })
  })

  test.each([
    ['an unknown role', { role_slug: 'nobody' }, 422, 'invalid_role'],
    ['a role of another organization', { role_slug: 'org-of-another' }, 422, 'invalid_role'],
    ['several roles', { role_slugs: ['member', 'admin'] }, 422, 'multiple_roles_not_enabled'],
    ['no role at all', { role_slugs: [] }, 422, 'invalid_request_parameters'],
    ['both fields', { role_slug: 'admin', role_slugs: ['admin'] }, 422, 'invalid_request_parameters'],
    ['a role of another type', { role_slug: 5 }, 422, 'invalid_request_parameters'],
    ['a status', { status: 'inactive' }, 422, 'invalid_request_parameters'],
  ])('with %s is refused, and nobody becomes a member', async (_what, body, status, code) => {
    const { userId, organizationId } = await userAndOrganization()
    const answer = await management.post(path, { user_id: userId, organization_id: organizationId, ...body })
    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } })
    expect((await management.get(`${path}?user_id=${userId}`)).body).toMatchObject({ data: [] })
  })

  test('needs both the user and the organization', async () => {
    const { userId, organizationId } = await userAndOrganization()
    const nobody = 'user_01E4ZCR3C56J083X43JQXF3JK5'
    const nowhere = 'org_01E4ZCR3C56J083X43JQXF3JK5'
    for (const [user_id, organization_id, missing] of [
      [nobody, organizationId, nobody],
      [userId, nowhere, nowhere],
      [organizationId, organizationId, organizationId],
      [userId, userId, userId],
    ]) {
      expect(await management.post(path, { user_id, organization_id })).toMatchObject({
        status: 404,
        body: { code: 'entity_not_found', entity_id: missing },
      })
    }
    expect(await management.post(path, { user_id: userId })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'organization_id', code: 'required' }] },
    })
    expect((await management.get(`${path}?user_id=${userId}`)).body).toMatchObject({ data: [] })
  })

  test('happens once, however many ask at once', async () => {
    const { userId, organizationId } = await userAndOrganization()
    const body = { user_id: userId, organization_id: organizationId }
    const answers = await Promise.all(Array.from({ length: 8 }, () => management.post(path, body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(400)])
    await expect(
      workos.userManagement.createOrganizationMembership({ userId, organizationId }),
    ).rejects.toMatchObject({ status: 400, code: 'organization_membership_already_exists' })
    const { data } = await workos.userManagement.listOrganizationMemberships({ userId })
    expect(data).toHaveLength(1)
  })

  test('revives an inactive one, in the role that is given now', async () => {
    const { id, userId, organizationId } = await create({ roleSlug: 'admin' })
    await workos.userManagement.deactivateOrganizationMembership(id)
    const before = await wire(id)
    const again = await workos.userManagement.createOrganizationMembership({ userId, organizationId })
    expect(again).toMatchObject({ id, status: 'active', role: { slug: 'member' } })
    expect((await happenings(id)).at(-1)).toMatchObject({
      name: 'organization_membership.updated',
      data: { status: 'active', role: { slug: 'member' } },
      before,
    })
  })

  test('does not answer a pending one in the name of its user', async () => {
    const { id, userId, organizationId } = await pending()
    await expect(
      workos.userManagement.createOrganizationMembership({ userId, organizationId }),
    ).rejects.toMatchObject({ status: 400, code: 'cannot_reactivate_pending_organization_membership' })
    expect(await wire(id)).toMatchObject({ status: 'pending' })
  })
})

describe('changing a membership', () => {
  test('gives another role, and tells what it was before', async () => {
    const { id } = await create()
    const before = await wire(id)
    const updated = await workos.userManagement.updateOrganizationMembership(id, { roleSlug: 'admin' })
    expect(updated).toMatchObject({ id, role: { slug: 'admin' }, roles: [{ slug: 'admin' }] })
    expect((await happenings(id)).slice(1)).toMatchObject([
      { name: 'organization_membership.updated', data: await wire(id), before },
    ])
  })

  test('to what it is already is no event', async () => {
    const { id } = await create()
    const before = await wire(id)
    for (const body of [{}, { role_slug: null, role_slugs: null }, { role_slug: 'member' }]) {
      expect(await management.put(`${path}/${id}`, body)).toMatchObject({ status: 200, body: before })
    }
    expect(await management.put(`${path}/${id}/reactivate`)).toMatchObject({ status: 200, body: before })
    expect(await happenings(id)).toHaveLength(1)
  })

  test.each([
    ['an unknown role', { role_slug: 'nobody' }, 'invalid_role'],
    ['several roles', { role_slugs: ['member', 'admin'] }, 'multiple_roles_not_enabled'],
    ['a user', { user_id: 'user_01E4ZCR3C56J083X43JQXF3JK5' }, 'invalid_request_parameters'],
  ])('to %s is refused, and nothing changes', async (_what, body, code) => {
    const { id } = await create()
    const before = await wire(id)
    expect(await management.put(`${path}/${id}`, body)).toMatchObject({ status: 422, body: { code } })
    expect(await wire(id)).toEqual(before)
    expect(await happenings(id)).toHaveLength(1)
  })

  test('deactivating and reactivating it keep the role; each is one event', async () => {
    const { id } = await create({ roleSlug: 'admin' })
    for (let i = 0; i < 2; i++) {
      const inactive = await workos.userManagement.deactivateOrganizationMembership(id)
      expect(inactive).toMatchObject({ id, status: 'inactive', role: { slug: 'admin' } })
    }
    for (let i = 0; i < 2; i++) {
      const active = await workos.userManagement.reactivateOrganizationMembership(id)
      expect(active).toMatchObject({ id, status: 'active', role: { slug: 'admin' } })
    }
    expect((await happenings(id)).map(({ data, before }) => [before?.['status'], data['status']])).toEqual([
      [undefined, 'active'],
      ['active', 'inactive'],
      ['inactive', 'active'],
    ])
  })

  test('is not for a pending one', async () => {
    const { id } = await pending()
    for (const doing of ['deactivate', 'reactivate'] as const) {
      await expect(workos.userManagement[`${doing}OrganizationMembership`](id)).rejects.toMatchObject({
        status: 400,
        code: `cannot_${doing}_pending_organization_membership`,
      })
    }
    expect(await wire(id)).toMatchObject({ status: 'pending' })
    await workos.userManagement.deleteOrganizationMembership(id)
    expect((await management.get(`${path}/${id}`)).status).toBe(404)
  })

  test('that is not there is not found', async () => {
    for (const id of ['om_01E4ZCR3C56J083X43JQXF3JK5', 'user_01E4ZCR3C56J083X43JQXF3JK5', 'x']) {
      const refused = { status: 404, body: { code: 'entity_not_found', entity_id: id } }
      expect(await management.get(`${path}/${id}`)).toMatchObject(refused)
      expect(await management.put(`${path}/${id}`, { role_slug: 'admin' })).toMatchObject(refused)
      expect(await management.put(`${path}/${id}`)).toMatchObject(refused)
      expect(await management.put(`${path}/${id}/deactivate`)).toMatchObject(refused)
      expect(await management.put(`${path}/${id}/reactivate`)).toMatchObject(refused)
      expect(await management.delete(`${path}/${id}`)).toMatchObject(refused)
    }
  })

  test('is for keys of users only: a membership shows one', async () => {
    const { id, userId, organizationId } = await create()
    const before = await wire(id)
    const readOnly = await app.management(['users:read'])
    expect((await readOnly.get(`${path}/${id}`)).status).toBe(200)
    const stranger = await app.management(['organizations:write'])
    const lacks = (permission: string) => ({
      status: 403,
      body: { code: 'forbidden', message: `This API key lacks the permission ${permission}.` },
    })
    expect(await stranger.get(`${path}?user_id=${userId}`)).toMatchObject(lacks('users:read'))
    for (const answer of [
      await readOnly.post(path, { user_id: userId, organization_id: organizationId }),
      await readOnly.put(`${path}/${id}`, { role_slug: 'admin' }),
      await readOnly.put(`${path}/${id}/deactivate`),
      await readOnly.delete(`${path}/${id}`),
    ]) {
      expect(answer).toMatchObject(lacks('users:write'))
    }
    expect(await wire(id)).toEqual(before)
    expect(await happenings(id)).toHaveLength(1)
  })
})

describe('listing memberships', () => {
  test('of a user, of an organization, or of both', async () => {
    const one = await create()
    const sameUser = await workos.userManagement.createOrganizationMembership({
      userId: one.userId,
      organizationId: await app.fixtures.organization(),
    })
    const sameOrganization = await workos.userManagement.createOrganizationMembership({
      userId: (await app.fixtures.user()).id,
      organizationId: one.organizationId,
    })
    const list = async (options: { userId: string; organizationId?: string } | { organizationId: string }) =>
      (await workos.userManagement.listOrganizationMemberships(options)).data
    expect(await list({ userId: one.userId })).toEqual([sameUser, one])
    expect(await list({ organizationId: one.organizationId })).toEqual([sameOrganization, one])
    expect(await list({ userId: one.userId, organizationId: one.organizationId })).toEqual([one])
  })

  test('gives active ones, unless other statuses are asked for', async () => {
    const { id, userId, organizationId } = await create()
    await workos.userManagement.deactivateOrganizationMembership(id)
    const list = async (query: string) => {
      const { body } = await management.get(
        `${path}?user_id=${userId}&organization_id=${organizationId}${query}`,
      )
      return (body as { data: { id: string }[] }).data.map((membership) => membership.id)
    }
    expect(await list('')).toEqual([])
    expect(await list('&statuses=inactive')).toEqual([id])
    expect(await list('&statuses=active,inactive')).toEqual([id])
    expect(await list('&statuses=pending&statuses=inactive')).toEqual([id])
    const { data } = await workos.userManagement.listOrganizationMemberships({
      userId,
      statuses: ['inactive', 'pending'],
    })
    expect(data.map((membership) => membership.id)).toEqual([id])
  })

  test('follows its pages to the end', async () => {
    const organizationId = await app.fixtures.organization()
    const users = await Promise.all(Array.from({ length: 5 }, () => app.fixtures.user()))
    for (const user of users) await app.fixtures.member(user.id, organizationId)
    const all = await workos.userManagement.listOrganizationMemberships({ organizationId, order: 'asc' })
    expect((await all.autoPagination()).map(({ userId }) => userId)).toEqual(users.map(({ id }) => id))
    const first = await management.get(`${path}?organization_id=${organizationId}&limit=2&order=asc`)
    const { data, list_metadata } = first.body as { data: unknown[]; list_metadata: { after: string } }
    expect(data).toHaveLength(2)
    const next = await management.get(
      `${path}?organization_id=${organizationId}&limit=3&order=asc&after=${list_metadata.after}`,
    )
    expect(next.body).toMatchObject({ data: { length: 3 }, list_metadata: { after: null } })
  })

  test('needs a user or an organization, and one that is there', async () => {
    expect(await management.get(path)).toMatchObject({
      status: 400,
      body: { code: 'missing_user_id_or_organization_id' },
    })
    for (const query of [
      'user_id=user_01E4ZCR3C56J083X43JQXF3JK5',
      'organization_id=org_01E4ZCR3C56J083X43JQXF3JK5',
      'user_id=x',
    ]) {
      expect(await management.get(`${path}?${query}`)).toMatchObject({
        status: 404,
        body: { code: 'entity_not_found' },
      })
    }
  })

  test.each([
    ['statuses=gone', 'statuses.0'],
    ['statuses=', 'statuses.0'],
    ['limit=0', 'limit'],
    ['after=org_01E4ZCR3C56J083X43JQXF3JK5', 'after'],
    ['role=admin', 'role'],
  ])('with %s is refused by the name of the parameter', async (query, field) => {
    const { userId } = await userAndOrganization()
    expect(await management.get(`${path}?user_id=${userId}&${query}`)).toMatchObject({
      status: 422,
      body: { errors: [{ field }] },
    })
  })
})
