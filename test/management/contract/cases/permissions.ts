import type { Cases, OperationCases, World } from '../cases.ts'

const permission = async ({ made }: World): Promise<string> => (await made('createPermission')).slug

const role = async ({ made }: World) => ({ slug: (await made('createRole')).slug as string })

const roleOfOrganization = async ({ made }: World) => {
  const asked = {
    params: { organizationId: (await made('createOrganization')).id as string },
    body: { name: 'Reader' },
  }
  const { slug } = await made('createOrganizationRole', asked)
  return { ...asked.params, slug: slug as string }
}

/** A role of the environment, at the address it would have as one of an organization. */
const roleElsewhere = async (world: World) => ({
  ...(await roleOfOrganization(world)),
  ...(await role(world)),
})

type At = (world: World) => Promise<Readonly<Record<string, string>>>

/** What roles of the environment and of an organization have alike. */
const changesOf = (at: At): Readonly<Record<'update' | 'set' | 'add', OperationCases>> => ({
  update: {
    success: async (world) => ({ params: await at(world), body: { name: 'Renamed', description: null } }),
    422: async (world) => ({ params: await at(world), body: { name: '' } }),
  },
  set: {
    success: async (world) => ({ params: await at(world), body: { permissions: [await permission(world)] } }),
    422: async (world) => ({ params: await at(world), body: { permissions: ['unknown'] } }),
  },
  add: {
    success: async (world) => ({ params: await at(world), body: { slug: await permission(world) } }),
    422: async (world) => ({ params: await at(world), body: { slug: 'unknown' } }),
  },
})

const ofEnvironment = changesOf(role)
const ofOrganization = changesOf(roleOfOrganization)

export const permissionCases: Cases = {
  listPermissions: {
    success: async (world) => {
      await permission(world)
      return { query: { limit: '1' } }
    },
  },
  createPermission: {
    success: ({ unique }) => ({
      body: { slug: `read:${unique()}`, name: 'Read', description: null, resource_type_slug: null },
    }),
    409: async (world) => ({ body: { slug: await permission(world), name: 'Again' } }),
    422: [
      () => ({ body: { slug: 'Not A Slug', name: 'X' } }),
      () => ({ body: { slug: 'openid', name: 'X' } }),
    ],
  },
  getPermission: {
    success: async (world) => ({ params: { slug: await permission(world) } }),
  },
  updatePermission: {
    success: async (world) => ({
      params: { slug: await permission(world) },
      body: { name: 'Renamed', description: 'Read everything.' },
    }),
    422: async (world) => ({ params: { slug: await permission(world) }, body: { name: 'x'.repeat(49) } }),
  },
  deletePermission: {
    success: async (world) => ({ params: { slug: await permission(world) } }),
  },

  listRoles: { success: () => ({}) },
  createRole: {
    success: ({ unique }) => ({ body: { slug: `role-${unique()}`, name: 'Reader', description: 'Reads.' } }),
    409: async (world) => ({ body: { ...(await role(world)), name: 'Again' } }),
    422: () => ({ body: { slug: 'org-role', name: 'Reader' } }),
  },
  getRole: { success: async (world) => ({ params: await role(world) }) },
  updateRole: ofEnvironment.update,
  setRolePermissions: ofEnvironment.set,
  addRolePermission: ofEnvironment.add,

  listOrganizationRoles: {
    success: async (world) => ({
      params: { organizationId: (await roleOfOrganization(world)).organizationId },
    }),
  },
  createOrganizationRole: {
    success: async ({ made }) => ({
      params: { organizationId: (await made('createOrganization')).id },
      body: { slug: 'org-reader', name: 'Reader', description: null },
    }),
    409: async (world) => {
      const { organizationId, slug } = await roleOfOrganization(world)
      return { params: { organizationId }, body: { slug, name: 'Again' } }
    },
    422: async ({ made }) => ({
      params: { organizationId: (await made('createOrganization')).id },
      body: { slug: 'reader', name: 'Reader' },
    }),
  },
  getOrganizationRole: { success: async (world) => ({ params: await roleOfOrganization(world) }) },
  updateOrganizationRole: {
    ...ofOrganization.update,
    403: async (world) => ({ params: await roleElsewhere(world), body: { name: 'Renamed' } }),
  },
  deleteOrganizationRole: {
    success: async (world) => ({ params: await roleOfOrganization(world) }),
    403: async (world) => ({ params: await roleElsewhere(world) }),
    409: async (world) => {
      const params = await roleOfOrganization(world)
      const { id: user_id } = await world.made('createUser')
      const body = { user_id, organization_id: params.organizationId, role_slug: params.slug }
      await world.made('createOrganizationMembership', { body })
      return { params }
    },
  },
  setOrganizationRolePermissions: ofOrganization.set,
  addOrganizationRolePermission: ofOrganization.add,
  removeOrganizationRolePermission: {
    success: async (world) => {
      const params = await roleOfOrganization(world)
      const slug = await permission(world)
      await world.made('addOrganizationRolePermission', { params, body: { slug } })
      return { params: { ...params, permissionSlug: slug } }
    },
  },
}
