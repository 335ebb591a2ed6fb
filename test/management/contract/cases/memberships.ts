import type { Cases, World } from '../cases.ts'

const pair = async ({ made }: World) => ({
  user_id: (await made('createUser')).id,
  organization_id: (await made('createOrganization')).id,
})

const membership = async ({ made }: World) => made('createOrganizationMembership')

/** Nothing makes them pending yet. */
const pending = async (world: World) => {
  const { id } = await membership(world)
  const { kysely } = world.app.testDatabase.database
  await kysely
    .updateTable('organization_membership')
    .set({ status: 'pending' })
    .where('id', '=', id)
    .execute()
  return { params: { id } }
}

export const membershipCases: Cases = {
  listOrganizationMemberships: {
    success: async (world) => ({
      query: { user_id: (await membership(world)).user_id, statuses: 'active,inactive' },
    }),
    400: () => ({}),
    404: ({ absent }) => ({ query: { user_id: absent('user') } }),
  },
  createOrganizationMembership: {
    success: async (world) => ({ body: { ...(await pair(world)), role_slug: 'member' } }),
    400: async (world) => {
      const { params } = await pending(world)
      const { body } = await world.management.get(`/user_management/organization_memberships/${params.id}`)
      const { user_id, organization_id } = body as Readonly<Record<string, string>>
      return { body: { user_id, organization_id } }
    },
    404: [
      async (world) => ({ body: { ...(await pair(world)), user_id: world.absent('user') } }),
      async (world) => ({ body: { ...(await pair(world)), organization_id: world.absent('org') } }),
    ],
    422: [
      async (world) => ({ body: { ...(await pair(world)), role_slug: 'no-such-role' } }),
      async (world) => ({ body: { ...(await pair(world)), role_slugs: ['member', 'admin'] } }),
    ],
  },
  getOrganizationMembership: {
    success: async (world) => ({ params: { id: (await membership(world)).id } }),
  },
  updateOrganizationMembership: {
    success: async (world) => ({
      params: { id: (await membership(world)).id },
      body: { role_slugs: ['member'] },
    }),
    422: async (world) => ({
      params: { id: (await membership(world)).id },
      body: { role_slug: 'no-such-role' },
    }),
  },
  deleteOrganizationMembership: {
    success: async (world) => ({ params: { id: (await membership(world)).id } }),
  },
  deactivateOrganizationMembership: {
    success: async (world) => ({ params: { id: (await membership(world)).id } }),
    400: pending,
  },
  reactivateOrganizationMembership: {
    success: async (world) => {
      const params = { id: (await membership(world)).id }
      await world.made('deactivateOrganizationMembership', { params })
      return { params }
    },
    400: pending,
  },
}
