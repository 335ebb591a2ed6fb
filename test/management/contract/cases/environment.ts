import type { Cases } from '../cases.ts'

/** A signing key that is sealed with another secret would spoil every case after it. */
const UNREADABLE_KEY = {
  test: 'test/management/unreadable-signing-keys.test.ts',
  code: 'signing_key_unreadable',
}

export const environmentCases: Cases = {
  listRedirectUris: {
    success: async ({ made }) => {
      await made('createRedirectUri')
      return { query: { limit: '1', order: 'normal' } }
    },
  },
  createRedirectUri: {
    success: ({ unique }) => ({ body: { uri: `https://${unique()}.example.com/callback` } }),
    422: () => ({ body: { uri: 'javascript:alert(1)' } }),
  },
  deleteRedirectUri: {
    success: async ({ made }) => ({ params: { id: (await made('createRedirectUri')).id } }),
    409: async ({ made, unique }) => {
      await made('createRedirectUri')
      const body = { uri: `https://${unique()}.example.com/default`, default: true }
      return { params: { id: (await made('createRedirectUri', { body })).id } }
    },
  },

  listCorsOrigins: {
    success: async ({ made }) => {
      await made('createCorsOrigin')
      return { query: { limit: '1' } }
    },
  },
  createCorsOrigin: {
    success: ({ unique }) => ({ body: { origin: `https://${unique()}.example.com` } }),
    409: async ({ made }) => {
      const { origin } = await made('createCorsOrigin')
      return { body: { origin } }
    },
    422: () => ({ body: { origin: 'https://app.example.com/path' } }),
  },
  deleteCorsOrigin: {
    success: async ({ made }) => ({ params: { id: (await made('createCorsOrigin')).id } }),
  },

  listResourceIndicators: {
    success: async ({ made }) => {
      await made('createResourceIndicator')
      return {}
    },
  },
  createResourceIndicator: {
    success: ({ unique }) => ({ body: { uri: `https://${unique()}.example.com/api`, default: true } }),
    422: async ({ made }) => {
      const { uri } = await made('createResourceIndicator')
      return { body: { uri } }
    },
  },
  deleteResourceIndicator: {
    success: async ({ made }) => ({ params: { id: (await made('createResourceIndicator')).id } }),
  },

  searchEverything: {
    success: async ({ made }) => ({ query: { q: (await made('createUser')).id } }),
    422: () => ({ query: { q: ' ' } }),
  },
  getStatistics: {
    success: () => ({ query: { period: 'month' } }),
    422: () => ({ query: { period: 'year' } }),
  },
  getCheckup: { success: () => ({}) },
  previewJwtTemplate: {
    success: async ({ made }) => ({
      body: { content: '{"mail": {{ user.email }}}', user_id: (await made('createUser')).id },
    }),
    404: ({ absent }) => ({ body: { content: '{"mail": {{ user.email }}}', user_id: absent('user') } }),
    422: async ({ made }) => ({ body: { content: '{', user_id: (await made('createUser')).id } }),
  },
  getJwtTemplate: {
    success: async ({ made }) => {
      await made('updateJwtTemplate')
      return {}
    },
    404: async ({ app }) => {
      await app.testDatabase.database.kysely.deleteFrom('jwt_template').execute()
      return {}
    },
  },
  updateJwtTemplate: {
    success: () => ({ body: { content: '{"mail": {{ user.email }}}' } }),
    422: [() => ({ body: { content: '{' } }), () => ({ body: { content: '{"sub": "x"}' } })],
  },

  getSettings: { success: () => ({}) },
  updateSettings: {
    success: () => ({ body: { brand_name: 'Acme', access_token: { seconds: 600 } } }),
    422: [
      () => ({ body: { refresh_token: { idle_seconds: 7200, maximum_seconds: 3600 } } }),
      () => ({ body: { set: [] } }),
    ],
  },

  listSigningKeys: { success: () => ({}) },
  rotateSigningKey: {
    success: () => ({ body: { algorithm: 'ES256' } }),
    422: () => ({ body: { algorithm: 'none' } }),
    elsewhere: { 409: UNREADABLE_KEY },
  },
  retireSigningKey: {
    success: async ({ made }) => {
      const { signing_key } = await made('rotateSigningKey')
      return { params: { kid: signing_key.kid } }
    },
  },
  getJwksByClientId: {
    success: async ({ app }) => ({
      params: { clientId: (await app.fixtures.firstParty()).clientId },
    }),
  },
}
