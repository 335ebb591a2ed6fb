import type { Cases, World } from '../cases.ts'

const IN_THE_PAST = '2000-01-01T00:00:00.000Z'

const organization = async ({ made }: World) => ({
  organizationId: (await made('createOrganization')).id as string,
})

const member = async ({ made }: World) => {
  const { user_id, organization_id } = await made('createOrganizationMembership')
  return { params: { userId: user_id as string }, body: { name: 'Laptop', organization_id } }
}

const key = async ({ made }: World) => made('createOrganizationApiKey')

export const apiKeyCases: Cases = {
  listManagementApiKeys: { success: () => ({ query: { limit: '1' } }) },
  createManagementApiKey: {
    success: () => ({ body: { name: 'Deployment', permissions: ['applications:write', 'users:read'] } }),
    422: () => ({ body: { name: 'Deployment', permissions: ['everything'] } }),
  },
  getManagementApiKey: {
    success: async ({ made }) => ({ params: { id: (await made('createManagementApiKey')).id } }),
  },
  revokeManagementApiKey: {
    success: async ({ made }) => ({ params: { id: (await made('createManagementApiKey')).id } }),
    elsewhere: { 409: { test: 'test/management/management-api-keys.test.ts', code: 'last_api_key' } },
  },

  listOrganizationApiKeys: {
    success: async (world) => {
      const { owner } = await key(world)
      return { params: { organizationId: owner.id } }
    },
  },
  createOrganizationApiKey: {
    success: async (world) => ({
      params: await organization(world),
      body: {
        name: 'Server',
        permissions: [(await world.made('createPermission')).slug],
        expires_at: '2100-01-01T00:00:00.000Z',
      },
    }),
    422: [
      async (world) => ({ params: await organization(world), body: { name: 'X', permissions: ['unknown'] } }),
      async (world) => ({
        params: await organization(world),
        body: { name: 'Server', expires_at: IN_THE_PAST },
      }),
    ],
  },
  listUserApiKeys: {
    success: async (world) => {
      const { owner } = await world.made('createUserApiKey')
      return { params: { userId: owner.id }, query: { organization_id: owner.organization_id } }
    },
    422: async (world) => ({
      params: (await member(world)).params,
      query: { organization_id: 'user_1' },
    }),
  },
  createUserApiKey: {
    success: member,
    400: async (world) => {
      const { params, body } = await member(world)
      const { organizationId } = await organization(world)
      return { params, body: { ...body, organization_id: organizationId } }
    },
    404: async (world) => {
      const { params, body } = await member(world)
      return { params, body: { ...body, organization_id: world.absent('org') } }
    },
    422: async (world) => {
      const { params, body } = await member(world)
      return { params, body: { ...body, name: '' } }
    },
  },
  getCustomerApiKey: {
    success: async (world) => ({ params: { id: (await key(world)).id } }),
  },
  validateApiKey: {
    success: async (world) => ({ body: { value: (await key(world)).value } }),
    422: () => ({ body: {} }),
  },
  expireApiKey: {
    success: async (world) => ({ params: { id: (await key(world)).id }, body: {} }),
    409: async (world) => {
      const params = { id: (await key(world)).id }
      await world.made('expireApiKey', { params, body: {} })
      return { params, body: { expires_at: null } }
    },
  },
  deleteApiKey: {
    success: async (world) => ({ params: { id: (await key(world)).id } }),
  },
}
