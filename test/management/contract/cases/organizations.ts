import type { Cases, World } from '../cases.ts'

const organizationId = async ({ made }: World): Promise<string> => (await made('createOrganization')).id

const verifiedDomain = async ({ made, unique }: World) => {
  const domain_data = [{ domain: `${unique()}.example`, state: 'verified' }]
  const { domains } = await made('createOrganization', { body: { name: 'Verified', domain_data } })
  return domains[0]
}

export const organizationCases: Cases = {
  listOrganizations: {
    success: async ({ made, unique }) => {
      const domain = `${unique()}.example`
      await made('createOrganization', { body: { name: 'Listed', domains: [domain] } })
      return { query: { limit: '2', domains: domain } }
    },
    422: () => ({ query: { limit: '0' } }),
  },
  createOrganization: {
    success: ({ unique }) => ({
      body: {
        name: `Organization ${unique()}`,
        domain_data: [{ domain: `${unique()}.example`, state: 'verified' }],
        external_id: unique(),
        metadata: { tier: 'diamond' },
        allow_profiles_outside_organization: true,
      },
    }),
    400: [
      async ({ made }) => {
        const { external_id } = await made('createOrganization')
        return { body: { name: 'Second', external_id } }
      },
      () => ({ body: { name: 'Loaded', metadata: { ['k'.repeat(41)]: 'v' } } }),
    ],
    409: async ({ made }) => {
      const { domains } = await made('createOrganization')
      return { body: { name: 'Second', domains: [domains[0].domain] } }
    },
    422: () => ({ body: { name: '' } }),
  },
  getOrganization: {
    success: async (world) => ({ params: { id: await organizationId(world) } }),
  },
  getOrganizationByExternalId: {
    success: async ({ made }) => {
      const { external_id } = await made('createOrganization')
      return { params: { external_id } }
    },
  },
  updateOrganization: {
    success: async (world) => ({
      params: { id: await organizationId(world) },
      body: {
        name: 'Renamed',
        stripe_customer_id: `cus_${world.unique()}`,
        metadata: { tier: null, a: 'b' },
      },
    }),
    400: async (world) => {
      const { external_id } = await world.made('createOrganization')
      return { params: { id: await organizationId(world) }, body: { external_id } }
    },
    409: async (world) => {
      const { domains } = await world.made('createOrganization')
      return { params: { id: await organizationId(world) }, body: { domains: [domains[0].domain] } }
    },
    422: async (world) => ({ params: { id: await organizationId(world) }, body: { name: 1 } }),
  },
  deleteOrganization: {
    success: async (world) => ({ params: { id: await organizationId(world) } }),
  },

  createOrganizationDomain: {
    success: async (world) => ({
      body: { organization_id: await organizationId(world), domain: `${world.unique()}.example` },
    }),
    404: ({ absent, unique }) => ({
      body: { organization_id: absent('org'), domain: `${unique()}.example` },
    }),
    409: async (world) => {
      const { domain } = await verifiedDomain(world)
      return { body: { organization_id: await organizationId(world), domain } }
    },
    422: async (world) => ({ body: { organization_id: await organizationId(world), domain: 'no domain' } }),
  },
  getOrganizationDomain: {
    success: async (world) => ({ params: { id: (await verifiedDomain(world)).id } }),
  },
  verifyOrganizationDomain: {
    success: async ({ made }) => ({ params: { id: (await made('createOrganizationDomain')).id } }),
    400: async (world) => ({ params: { id: (await verifiedDomain(world)).id } }),
  },
  deleteOrganizationDomain: {
    success: async (world) => ({ params: { id: (await verifiedDomain(world)).id } }),
  },
}
