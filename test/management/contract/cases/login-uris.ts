import type { Cases, World } from '../cases.ts'

const loginUri = async ({ made }: Pick<World, 'made'>) => ({
  name: 'Their own',
  uri: 'https://login.example.com',
  organization_id: (await made('createOrganization')).id,
})

const made = async (world: World) => ({ id: (await world.made('createLoginUri')).id })

export const loginUriCases: Cases = {
  listLoginUris: {
    success: async (world) => {
      await made(world)
      return { query: { limit: '1' } }
    },
  },
  getLoginUri: { success: async (world) => ({ params: await made(world) }) },
  createLoginUri: {
    success: async (world) => ({ body: await loginUri(world) }),
    422: [
      async (world) => ({ body: { ...(await loginUri(world)), uri: 'http://login.example.com' } }),
      async (world) => ({ body: { ...(await loginUri(world)), uri: null } }),
      async (world) => ({ body: { ...(await loginUri(world)), organization_id: world.absent('org') } }),
      async (world) => ({ body: { ...(await loginUri(world)), application_id: world.absent('conn_app') } }),
      async (world) => {
        const { name, uri, organization_id } = await world.made('createLoginUri')
        return { body: { name, uri, organization_id } }
      },
    ],
  },
  updateLoginUri: {
    success: async (world) => ({ params: await made(world), body: { name: 'Another' } }),
    422: async (world) => ({ params: await made(world), body: { uri: null } }),
  },
  deleteLoginUri: { success: async (world) => ({ params: await made(world) }) },
}
