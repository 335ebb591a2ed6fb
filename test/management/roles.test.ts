import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actingAs } from '../../src/events/record.ts'
import { ensureDefaultRole } from '../../src/permissions/role.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  for (const slug of ['reports:read', 'reports:write', 'billing:read']) await app.fixtures.permission(slug)
})
afterAll(() => app[Symbol.asyncDispose]())

const all = async () => (await management.get('/authorization/roles')).body

const expectRefused = async (
  send: () => Promise<{ readonly status: number; readonly body: unknown }>,
  status: number,
  body: object,
) => {
  const before = await all()
  const refused = await send()
  expect(refused.status).toBe(status)
  expect(refused.body).toMatchObject(body)
  expect(await all()).toEqual(before)
}

describe('roles of the environment', () => {
  test('there is one from the start: member, made by the server itself, once', async () => {
    expect((await workos.authorization.listEnvironmentRoles()).data).toMatchObject([
      { slug: 'member', name: 'Member', type: 'EnvironmentRole', permissions: [] },
    ])
    const made = await app.stores.events.byName('role.created', 10)
    expect(made).toMatchObject([{ actor: { type: 'system' }, data: { slug: 'member' } }])
  })

  test('that one is made once, however many nodes start at once', async () => {
    const { kysely } = app.testDatabase.database
    const was = await app.stores.roles.bySlug(null, 'member')
    await kysely.deleteFrom('role').where('slug', '=', 'member').execute()
    await Promise.all(
      Array.from({ length: 20 }, () =>
        app.transaction((stores) =>
          ensureDefaultRole(
            actingAs({ type: 'system' }, { stores, now: app.clock.now(), random: systemRandom }),
          ),
        ),
      ),
    )
    expect((await app.stores.roles.all(null)).filter(({ slug }) => slug === 'member')).toHaveLength(1)
    const made = await app.stores.events.byName('role.created', 100)
    expect(
      made.filter(({ actor, targetId }) => actor['type'] === 'system' && targetId !== was?.id),
    ).toHaveLength(1)
  })

  test('what is created can be read, listed and changed with the official SDK', async () => {
    const created = await workos.authorization.createEnvironmentRole({
      slug: 'editor',
      name: 'Editor',
      description: 'Edits.',
    })
    expect(created).toMatchObject({
      object: 'role',
      slug: 'editor',
      name: 'Editor',
      description: 'Edits.',
      type: 'EnvironmentRole',
      resourceTypeSlug: 'organization',
      permissions: [],
    })
    expect(created.id).toMatch(/^role_/)
    expect(await workos.authorization.getEnvironmentRole('editor')).toEqual(created)
    expect((await workos.authorization.listEnvironmentRoles()).data.map(({ slug }) => slug)).toEqual([
      'member',
      'editor',
    ])
    const updated = await workos.authorization.updateEnvironmentRole('editor', {
      name: 'Chief',
      description: null,
    })
    expect(updated).toMatchObject({ slug: 'editor', name: 'Chief', description: null })
  })

  test('are listed all at once, without cursors', async () => {
    const { body } = await management.get('/authorization/roles')
    expect(Object.keys(body as object)).toEqual(['object', 'data'])
    expect((await management.get('/authorization/roles?limit=1')).status).toBe(422)
  })

  test('have the permissions that were set or added, each once, in alphabetical order', async () => {
    const { slug } = await workos.authorization.createEnvironmentRole({ slug: 'clerk', name: 'Clerk' })
    const set = await workos.authorization.setEnvironmentRolePermissions(slug, {
      permissions: ['reports:write', 'billing:read', 'reports:write'],
    })
    expect(set.permissions).toEqual(['billing:read', 'reports:write'])
    const added = await workos.authorization.addEnvironmentRolePermission(slug, {
      permissionSlug: 'reports:read',
    })
    expect(added.permissions).toEqual(['billing:read', 'reports:read', 'reports:write'])
    expect(
      await workos.authorization.addEnvironmentRolePermission(slug, { permissionSlug: 'reports:read' }),
    ).toEqual(added)
    expect(await workos.authorization.getEnvironmentRole(slug)).toEqual(added)
    const emptied = await workos.authorization.setEnvironmentRolePermissions(slug, { permissions: [] })
    expect(emptied.permissions).toEqual([])
    const updates = (await app.stores.events.byName('role.updated', 100)).filter(
      ({ targetId }) => targetId === set.id,
    )
    // Events come newest first or oldest first; either way three changes were told of, not four.
    expect(updates).toHaveLength(3)
    expect(
      updates.map(({ before }) => (before as { permissions: string[] }).permissions.length).sort(),
    ).toEqual([0, 2, 3])
  })

  test('keep every permission that is added at once', async () => {
    await workos.authorization.createEnvironmentRole({ slug: 'busy', name: 'Busy' })
    await Promise.all(
      ['reports:read', 'reports:write', 'billing:read'].map((permissionSlug) =>
        workos.authorization.addEnvironmentRolePermission('busy', { permissionSlug }),
      ),
    )
    expect((await workos.authorization.getEnvironmentRole('busy')).permissions).toEqual([
      'billing:read',
      'reports:read',
      'reports:write',
    ])
  })

  test('of twenty creations of one slug at once, one is made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        management.post('/authorization/roles', { slug: 'raced', name: 'Raced' }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect({ status, body }).toMatchObject({ status: 409, body: { code: 'role_slug_conflict' } })
    }
  })

  test.each([
    [{ slug: 'Editor' }, 'slug', 'slug_invalid'],
    [{ slug: 'a:b' }, 'slug', 'slug_invalid'],
    [{ slug: 'a'.repeat(49) }, 'slug', 'slug_invalid'],
    [{ slug: 'org-editor' }, 'slug', 'slug_invalid'],
    [{ slug: undefined }, 'slug', 'required'],
    [{ name: 'a'.repeat(49) }, 'name', 'name_invalid'],
    [{ description: 'a'.repeat(151) }, 'description', 'description_invalid'],
    [{ resource_type_slug: 'document' }, 'resource_type_slug', 'invalid_value'],
    [{ type: 'OrganizationRole' }, 'type', 'unknown_field'],
    [{ permissions: [] }, 'permissions', 'unknown_field'],
  ])('are refused with %j', async (change, field, code) => {
    const body = { slug: 'refused', name: 'Refused', ...change }
    await expectRefused(() => management.post('/authorization/roles', body), 422, {
      errors: [{ field, code }],
    })
  })

  test('take no permission that is not there, and name each by its place', async () => {
    await workos.authorization.createEnvironmentRole({ slug: 'strict', name: 'Strict' })
    const path = '/authorization/roles/strict/permissions'
    await expectRefused(
      () => management.put(path, { permissions: ['reports:read', 'nope', 'openid'] }),
      422,
      {
        errors: [
          { field: 'permissions.1', code: 'permission_unknown' },
          { field: 'permissions.2', code: 'permission_unknown' },
        ],
      },
    )
    await expectRefused(() => management.post(path, { slug: 'nope' }), 422, {
      errors: [{ field: 'slug', code: 'permission_unknown' }],
    })
    await expectRefused(() => management.put(path, { permissions: 'reports:read' }), 422, {
      errors: [{ field: 'permissions', code: 'invalid_type' }],
    })
    await expectRefused(() => management.put(path, {}), 422, {
      errors: [{ field: 'permissions', code: 'required' }],
    })
  })

  test('that are not there are not found, and none can be deleted', async () => {
    const message = "Role not found: 'nobody'."
    for (const send of [
      () => management.get('/authorization/roles/nobody'),
      () => management.patch('/authorization/roles/nobody', { name: 'Somebody' }),
      () => management.put('/authorization/roles/nobody/permissions', { permissions: [] }),
      () => management.post('/authorization/roles/nobody/permissions', { slug: 'reports:read' }),
    ]) {
      await expectRefused(send, 404, { message, code: 'entity_not_found', entity_id: 'nobody' })
    }
    const before = await all()
    expect((await management.delete('/authorization/roles/member')).status).toBe(404)
    expect(await all()).toEqual(before)
  })
})
