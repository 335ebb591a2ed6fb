import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management
let organization: OrganizationId

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  organization = await app.fixtures.organization()
  for (const slug of ['reports:read', 'reports:write']) await app.fixtures.permission(slug)
})
afterAll(() => app[Symbol.asyncDispose]())

const pathOf = (rest = '', id: string = organization) => `/authorization/organizations/${id}/roles${rest}`
const all = async () => (await management.get(pathOf())).body

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

describe('roles of an organization', () => {
  test('what is created can be read, listed, changed and deleted with the official SDK', async () => {
    const created = await workos.authorization.createOrganizationRole(organization, {
      slug: 'org-billing',
      name: 'Billing',
    })
    expect(created).toMatchObject({
      object: 'role',
      slug: 'org-billing',
      name: 'Billing',
      description: null,
      type: 'OrganizationRole',
      resourceTypeSlug: 'organization',
      permissions: [],
    })
    expect(await workos.authorization.getOrganizationRole(organization, 'org-billing')).toEqual(created)
    const set = await workos.authorization.setOrganizationRolePermissions(organization, 'org-billing', {
      permissions: ['reports:read'],
    })
    expect(set.permissions).toEqual(['reports:read'])
    const added = await workos.authorization.addOrganizationRolePermission(organization, 'org-billing', {
      permissionSlug: 'reports:write',
    })
    expect(added.permissions).toEqual(['reports:read', 'reports:write'])
    await workos.authorization.removeOrganizationRolePermission(organization, 'org-billing', {
      permissionSlug: 'reports:read',
    })
    const updated = await workos.authorization.updateOrganizationRole(organization, 'org-billing', {
      name: 'Bills',
    })
    expect(updated).toMatchObject({ name: 'Bills', permissions: ['reports:write'] })
    await workos.authorization.deleteOrganizationRole(organization, 'org-billing')
    await expect(workos.authorization.getOrganizationRole(organization, 'org-billing')).rejects.toMatchObject(
      { status: 404, code: 'entity_not_found' },
    )

    const told = async (name: 'created' | 'updated' | 'deleted') =>
      (await app.stores.events.byName(`organization_role.${name}`, 100)).filter(
        ({ targetId }) => targetId === created.id,
      )
    expect(await told('created')).toMatchObject([
      {
        organizationId: organization,
        data: { object: 'organization_role', organization_id: organization, slug: 'org-billing' },
      },
    ])
    expect(await told('updated')).toHaveLength(4)
    expect(await told('deleted')).toMatchObject([{ data: { name: 'Bills', permissions: ['reports:write'] } }])
  })

  test('are listed after those of the environment, and are of nobody else', async () => {
    const [mine, other] = [await app.fixtures.organization(), await app.fixtures.organization()]
    await workos.authorization.createOrganizationRole(mine, { slug: 'org-mine', name: 'Mine' })
    const { data } = await workos.authorization.listOrganizationRoles(mine)
    expect(data.map(({ slug, type }) => [slug, type])).toEqual([
      ['member', 'EnvironmentRole'],
      ['org-mine', 'OrganizationRole'],
    ])
    expect((await management.get(pathOf('', mine))).body).not.toHaveProperty('list_metadata')
    expect((await workos.authorization.listOrganizationRoles(other)).data.map(({ slug }) => slug)).toEqual([
      'member',
    ])
    expect((await workos.authorization.getOrganizationRole(other, 'member')).type).toBe('EnvironmentRole')
    for (const send of [
      () => management.get(pathOf('/org-mine', other)),
      () => management.patch(pathOf('/org-mine', other), { name: 'Theirs' }),
      () => management.delete(pathOf('/org-mine', other)),
      () => management.get('/authorization/roles/org-mine'),
    ]) {
      expect(await send()).toMatchObject({ status: 404, body: { entity_id: 'org-mine' } })
    }
    expect((await workos.authorization.getOrganizationRole(mine, 'org-mine')).name).toBe('Mine')
  })

  test.each([
    ['Billing Administrator', /^org-billing-administrator-[0-9a-f]{8}$/],
    ['Équipe — “Ventes”!', /^org-equipe-ventes-[0-9a-f]{8}$/],
    ['経理', /^org-role-[0-9a-f]{8}$/],
    ['x'.repeat(48), /^org-x{35}-[0-9a-f]{8}$/],
  ])('are given a slug after their name, such as %s', async (name, slug) => {
    const [first, second] = await Promise.all([
      workos.authorization.createOrganizationRole(organization, { name } as never),
      workos.authorization.createOrganizationRole(organization, { name } as never),
    ])
    for (const role of [first, second]) expect(role.slug).toMatch(slug)
    expect(first.slug).not.toBe(second.slug)
  })

  test('of twenty creations of one slug at once, one is made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => management.post(pathOf(), { slug: 'org-raced', name: 'Raced' })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect({ status, body }).toMatchObject({
        status: 409,
        body: { code: 'organization_role_slug_conflict' },
      })
    }
  })

  test.each([
    [{ slug: 'billing' }, 'slug', 'slug_invalid'],
    [{ slug: 'org-' }, 'slug', 'slug_invalid'],
    [{ slug: 'org-A' }, 'slug', 'slug_invalid'],
    [{ slug: `org-${'a'.repeat(45)}` }, 'slug', 'slug_invalid'],
    [{ name: '' }, 'name', 'name_invalid'],
    [{ organization_id: 'org_1' }, 'organization_id', 'unknown_field'],
    [{ resource_type_slug: 'workspace' }, 'resource_type_slug', 'invalid_value'],
  ])('are refused with %j', async (change, field, code) => {
    const body = { slug: 'org-refused', name: 'Refused', ...change }
    await expectRefused(() => management.post(pathOf(), body), 422, { errors: [{ field, code }] })
  })

  test('a role of the environment is not changed by way of an organization', async () => {
    for (const send of [
      () => management.patch(pathOf('/member'), { name: 'Mine' }),
      () => management.delete(pathOf('/member')),
      () => management.put(pathOf('/member/permissions'), { permissions: ['reports:read'] }),
      () => management.post(pathOf('/member/permissions'), { slug: 'reports:read' }),
      () => management.delete(pathOf('/member/permissions/reports:read')),
    ]) {
      await expectRefused(send, 403, {
        message: 'A role of the environment cannot be changed for one organization.',
      })
    }
  })

  test('nothing is found under an organization that is not there', async () => {
    const nowhere = 'org_01EHZNVPK3SFK441A1RGBFSHRT'
    for (const id of [nowhere, 'org_1', 'acme']) {
      for (const send of [
        () => management.get(pathOf('', id)),
        () => management.get(pathOf('/member', id)),
        () => management.post(pathOf('', id), { name: 'Role' }),
        () => management.patch(pathOf('/member', id), { name: 'Role' }),
        () => management.delete(pathOf('/member', id)),
        () => management.put(pathOf('/member/permissions', id), { permissions: [] }),
        () => management.post(pathOf('/member/permissions', id), { slug: 'reports:read' }),
        () => management.delete(pathOf('/member/permissions/reports:read', id)),
      ]) {
        await expectRefused(send, 404, { message: `Organization not found: '${id}'.`, entity_id: id })
      }
    }
  })

  test('a permission that the role does not have cannot be taken from it', async () => {
    await workos.authorization.createOrganizationRole(organization, { slug: 'org-bare', name: 'Bare' })
    await expectRefused(() => management.delete(pathOf('/org-bare/permissions/reports:read')), 404, {
      message: "Permission not found: 'reports:read'.",
    })
  })

  test('one that a membership has is not deleted', async () => {
    await workos.authorization.createOrganizationRole(organization, { slug: 'org-used', name: 'Used' })
    const user = await app.fixtures.user({ organizations: [organization] })
    const { kysely } = app.testDatabase.database
    await kysely
      .updateTable('organization_membership')
      .set({ role_slug: 'org-used' })
      .where('user_id', '=', user.id)
      .execute()
    await expectRefused(() => management.delete(pathOf('/org-used')), 409, { code: 'role_has_assignments' })
    await kysely.deleteFrom('organization_membership').where('user_id', '=', user.id).execute()
    expect((await management.delete(pathOf('/org-used'))).status).toBe(204)
  })

  test('end with their organization', async () => {
    const brief = await app.fixtures.organization()
    await workos.authorization.createOrganizationRole(brief, { slug: 'org-brief', name: 'Brief' })
    await management.delete(`/organizations/${brief}`)
    expect(await app.stores.roles.all(brief)).toHaveLength(1)
  })
})
