import type { Cases, World } from '../cases.ts'

const provider = ({ unique }: Pick<World, 'unique'>) => ({
  name: 'Contoso',
  issuer: `https://${unique()}.example.com`,
  client_id: 'latchkey',
  client_secret: 'secret',
})

export const identityProviderCases: Cases = {
  listIdentityProviders: {
    success: async ({ made }) => {
      await made('createIdentityProvider')
      return { query: { limit: '1' } }
    },
    404: ({ absent }) => ({ query: { organization_id: absent('org') } }),
  },
  getIdentityProvider: {
    success: async ({ made }) => ({ params: { id: (await made('createIdentityProvider')).id } }),
  },
  createIdentityProvider: {
    success: (world) => ({ body: provider(world) }),
    422: [
      (world) => ({ body: { ...provider(world), issuer: 'http://login.example.com' } }),
      (world) => ({ body: { ...provider(world), issuer: 'https://login.example.com?tenant=1' } }),
      (world) => ({ body: { ...provider(world), required: true } }),
      (world) => ({ body: { ...provider(world), scopes: ['email'] } }),
      (world) => ({ body: { ...provider(world), organization_id: world.absent('org') } }),
    ],
  },
  updateIdentityProvider: {
    success: async ({ made }) => ({
      params: { id: (await made('createIdentityProvider')).id },
      body: { name: 'Fabrikam', client_secret: 'another', enabled: false },
    }),
    422: async ({ made }) => ({
      params: { id: (await made('createIdentityProvider')).id },
      body: { required: true },
    }),
  },
  deleteIdentityProvider: {
    success: async ({ made }) => ({ params: { id: (await made('createIdentityProvider')).id } }),
  },
}
