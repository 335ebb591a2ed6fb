import type { Cases, World } from '../cases.ts'
import { PNG } from './picture.ts'

const application = async ({ made }: World) => made('createApplication')

const m2m = async ({ made }: World) => ({
  name: 'Machine',
  application_type: 'm2m',
  organization_id: (await made('createOrganization')).id,
})

const picture = async (world: World) => ({
  params: { id: (await application(world)).id },
  body: PNG,
  headers: { 'content-type': 'image/png' },
})

const noPicture = async (world: World) => ({ ...(await picture(world)), body: Buffer.from('<svg') })

const withPicture = (put: string) => async (world: World) => {
  const asked = await picture(world)
  await world.made(put, asked)
  return { params: asked.params }
}

export const applicationCases: Cases = {
  listApplicationConsents: {
    success: async (world) => ({ params: { id: (await application(world)).id } }),
    422: async (world) => ({ params: { id: (await application(world)).id }, query: { after: 'forged' } }),
  },
  listRefusedRequests: {
    success: async (world) => {
      const { id, client_id } = await application(world)
      const body = new URLSearchParams({ client_id, client_secret: 'wrong', grant_type: 'refresh_token' })
      await fetch(`${world.app.issuer}/oauth2/token`, { method: 'POST', body })
      return { params: { id } }
    },
    422: async (world) => ({ params: { id: (await application(world)).id }, query: { after: 'forged' } }),
  },
  listApplications: {
    success: async (world) => {
      const { organization_id } = await world.made('createApplication', { body: await m2m(world) })
      return { query: { organization_id, registration_types: 'authenticated,dynamic' } }
    },
    422: () => ({ query: { registration_types: 'other' } }),
  },
  createApplication: {
    success: ({ unique }) => ({
      body: {
        name: `Application ${unique()}`,
        application_type: 'oauth',
        description: null,
        scopes: ['openid', 'profile'],
        redirect_uris: [{ uri: 'https://app.example.com/callback', default: null }],
        uses_pkce: null,
        is_first_party: true,
        organization_id: null,
      },
    }),
    404: async (world) => ({ body: { ...(await m2m(world)), organization_id: world.absent('org') } }),
    422: [
      () => ({ body: { name: 'Untyped' } }),
      () => ({
        body: {
          name: 'Unsafe',
          application_type: 'oauth',
          is_first_party: true,
          redirect_uris: [{ uri: 'javascript:alert(1)' }],
        },
      }),
    ],
  },
  getApplication: {
    success: async (world) => {
      const { client_id } = await world.made('createApplication', { body: await m2m(world) })
      return { params: { id: client_id } }
    },
  },
  updateApplication: {
    success: async (world) => ({
      params: { id: (await application(world)).id },
      body: { name: 'Renamed', description: null, scopes: null, redirect_uris: null },
    }),
    422: async (world) => ({ params: { id: (await application(world)).id }, body: { scopes: ['unknown'] } }),
  },
  deleteApplication: {
    success: async (world) => ({ params: { id: (await application(world)).id } }),
  },

  listApplicationClientSecrets: {
    success: async (world) => {
      const params = { id: (await application(world)).id }
      await world.made('createApplicationClientSecret', { params, body: {} })
      return { params }
    },
  },
  createApplicationClientSecret: {
    success: async (world) => ({ params: { id: (await application(world)).id }, body: {} }),
    422: async (world) => {
      const params = { id: (await application(world)).id }
      for (let i = 0; i < 5; i++) await world.made('createApplicationClientSecret', { params, body: {} })
      return { params, body: {} }
    },
  },
  deleteClientSecret: {
    success: async ({ made }) => ({ params: { id: (await made('createApplicationClientSecret')).id } }),
  },
  listClientSecretsWithUse: {
    success: async (world) => {
      const params = { id: (await application(world)).id }
      await world.made('createApplicationClientSecret', { params, body: { name: 'First' } })
      return { params }
    },
  },
  updateClientSecret: {
    success: async ({ made }) => ({
      params: { id: (await made('createApplicationClientSecret')).id },
      body: { name: 'Old one', expires_at: '2100-01-01T00:00:00Z' },
    }),
    422: async ({ made }) => ({
      params: { id: (await made('createApplicationClientSecret')).id },
      body: { expires_at: '2000-01-01T00:00:00Z' },
    }),
    elsewhere: {
      409: { test: 'test/management/client-secrets.test.ts', code: 'client_secret_already_expired' },
    },
  },

  getApplicationTokenSettings: {
    success: async (world) => ({ params: { id: (await application(world)).id } }),
  },
  updateApplicationTokenSettings: {
    success: async (world) => ({
      params: { id: (await application(world)).id },
      body: { access_token_seconds: 60, refresh_token_idle_seconds: null },
    }),
    422: async (world) => ({
      params: { id: (await application(world)).id },
      body: { access_token_seconds: 1 },
    }),
  },
  getApplicationKeys: {
    success: async (world) => ({ params: { id: (await application(world)).id } }),
  },
  getApplicationClientMetadata: {
    success: async (world) => ({ params: { id: (await application(world)).id } }),
  },

  updateApplicationClientMetadata: {
    success: async (world) => ({
      params: { id: (await application(world)).id },
      body: {
        id_token_signed_response_alg: 'ES256',
        post_logout_redirect_uris: ['https://app.example.com/goodbye'],
        backchannel_logout_uri: 'https://app.example.com/logout',
      },
    }),
    422: [
      async (world) => ({
        params: { id: (await application(world)).id },
        body: { backchannel_logout_uri: 'http://app.example.com/logout' },
      }),
      async (world) => ({ params: { id: (await application(world)).id }, body: { profile: 'fapi2' } }),
    ],
  },

  updateApplicationKeys: {
    success: async (world) => ({
      params: { id: (await application(world)).id },
      body: { jwks_uri: 'https://app.example.com/jwks' },
    }),
    422: [
      async (world) => ({
        params: { id: (await application(world)).id },
        body: { jwks_uri: 'http://127.0.0.1/jwks' },
      }),
      async (world) => ({
        params: { id: (await application(world)).id },
        body: { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
      }),
    ],
  },

  getApplicationLogos: {
    success: async (world) => ({ params: { id: (await application(world)).id } }),
  },
  putApplicationLightLogo: { success: picture, 422: noPicture },
  putApplicationDarkLogo: { success: picture, 422: noPicture },
  deleteApplicationLightLogo: { success: withPicture('putApplicationLightLogo') },
  deleteApplicationDarkLogo: { success: withPicture('putApplicationDarkLogo') },
}
