import { addSeconds } from '../../../../src/system/clock.ts'
import { sha256 } from '../../../../src/system/hash.ts'
import { createBrowser } from '../../../support/browser.ts'
import { givePasskey, giveTotp } from '../../../support/factors.ts'
import { signIn } from '../../../support/follow-authorization.ts'
import { obtainTokens } from '../../../support/relying-party.ts'
import type { Cases, World } from '../cases.ts'

const userId = async ({ made }: World): Promise<string> => (await made('createUser')).id

const session = async ({ app, management }: World) => {
  const user = await app.fixtures.user()
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get('/sign-in'), user)
  const { body } = await management.get(`/user_management/users/${user.id}/sessions`)
  const { data } = body as { data: readonly { readonly id: string; readonly user_id: string }[] }
  const [first] = data
  if (!first) throw new RangeError('Nobody is signed in.')
  return first
}

/** Of a user to an application of an organization, in its name. */
const consent = async ({ app }: World) => {
  const organizationId = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [organizationId] })
  const application = await app.fixtures.thirdParty(organizationId)
  await obtainTokens(app, application, user)
  return { organizationId, user, application }
}

/** A sign-in that was handed over a moment ago. */
const completion = async ({ app, unique }: World) => {
  const id = `ext_auth_${unique()}`
  const createdAt = app.clock.now()
  await app.stores.externalAuthentications.insert({
    ...{ idHash: sha256(id), browserHash: sha256(unique()), request: null, takesConsentOptions: true },
    ...{ createdAt, expiresAt: addSeconds(createdAt, 300), authenticatedSince: null },
  })
  return { external_auth_id: id, user: { id: unique(), email: `${unique()}@example.com` } }
}

const factor = async ({ app }: World) => {
  const user = await app.fixtures.user()
  return { user, ...(await giveTotp(app, user)) }
}

const passkey = async ({ app }: World) => {
  const user = await app.fixtures.user()
  return { user, ...(await givePasskey(app, user)) }
}

export const userCases: Cases = {
  listAuthFactors: {
    success: async (world) => ({ params: { id: (await factor(world)).user.id }, query: { limit: '1' } }),
    422: async (world) => ({ params: { id: await userId(world) }, query: { after: 'user_1' } }),
  },
  getAuthFactor: { success: async (world) => ({ params: { id: (await factor(world)).factorId } }) },
  deleteAuthFactor: { success: async (world) => ({ params: { id: (await factor(world)).factorId } }) },
  listPasskeys: {
    success: async (world) => ({ params: { id: (await passkey(world)).user.id }, query: { limit: '1' } }),
    422: async (world) => ({ params: { id: await userId(world) }, query: { after: 'user_1' } }),
  },
  deletePasskey: {
    success: async (world) => {
      const { user, passkey: made } = await passkey(world)
      return { params: { id: user.id, passkey_id: made.id } }
    },
  },

  listUsers: {
    success: async (world) => {
      const { email } = await world.made('createUser')
      return { query: { email, limit: '1' } }
    },
    422: () => ({ query: { organization_id: 'user_1' } }),
  },
  createUser: {
    success: ({ unique }) => ({
      body: {
        email: `${unique()}@example.com`,
        email_verified: true,
        first_name: 'Ada',
        last_name: 'Lovelace',
        external_id: unique(),
        metadata: { plan: 'free' },
        password: null,
      },
    }),
    400: [
      async ({ made }) => ({ body: { email: (await made('createUser')).email } }),
      async ({ made, unique }) => {
        const { external_id } = await made('createUser')
        return { body: { email: `${unique()}@example.com`, external_id } }
      },
      ({ unique }) => ({ body: { email: `${unique()}@example.com`, password: 'short' } }),
      ({ unique }) => ({
        body: { email: `${unique()}@example.com`, password: 'correct horse battery', password_hash: 'x' },
      }),
      ({ unique }) => ({
        body: { email: `${unique()}@example.com`, password_hash: 'x', password_hash_type: 'bcrypt' },
      }),
      ({ unique }) => ({ body: { email: `${unique()}@example.com`, metadata: { ['k'.repeat(41)]: 'v' } } }),
    ],
    422: [
      () => ({ body: { email: 'no address' } }),
      ({ unique }) => ({ body: { email: `${unique()}@example.com`, first_name: 1 } }),
    ],
  },
  getUserByExternalId: {
    success: async ({ made }) => {
      const { external_id } = await made('createUser')
      return { params: { external_id } }
    },
  },
  getUser: {
    success: async (world) => ({ params: { id: await userId(world) } }),
  },
  getUserClaims: {
    success: async (world) => {
      const { user_id } = await world.made('updateUserClaims')
      return { params: { id: user_id } }
    },
  },
  updateUserClaims: {
    success: async (world) => ({
      params: { id: await userId(world) },
      body: {
        middle_name: 'King',
        nickname: null,
        picture: 'https://pictures.example.com/ada.jpg',
        birthdate: '0000-12-10',
        zoneinfo: 'Europe/London',
        phone_number: '+442071838750',
        phone_number_verified: true,
        address: { street_address: "12 St James's Square", country: 'GB', region: null },
      },
    }),
    422: [
      async (world) => ({ params: { id: await userId(world) }, body: { birthdate: '1815-02-30' } }),
      async (world) => ({ params: { id: await userId(world) }, body: { address: {} } }),
      async (world) => ({ params: { id: await userId(world) }, body: { phone_number_verified: true } }),
    ],
  },
  updateUser: {
    success: async (world) => ({
      params: { id: await userId(world) },
      body: { first_name: 'Augusta', locale: 'en-GB', metadata: { plan: null, seat: '4' } },
    }),
    400: [
      async (world) => {
        const { external_id } = await world.made('createUser')
        return { params: { id: await userId(world) }, body: { external_id } }
      },
      async (world) => {
        const { email } = await world.made('createUser')
        return { params: { id: await userId(world) }, body: { email } }
      },
      async (world) => ({ params: { id: await userId(world) }, body: { password: 'short' } }),
    ],
    422: async (world) => ({ params: { id: await userId(world) }, body: { email_verified: 'yes' } }),
  },
  deleteUser: {
    success: async (world) => ({ params: { id: await userId(world) } }),
    elsewhere: { 409: { test: 'test/management/operators.test.ts', code: 'last_owner' } },
  },

  listSessions: {
    success: async (world) => ({ params: { id: (await session(world)).user_id } }),
  },
  revokeSession: {
    success: async (world) => ({ body: { session_id: (await session(world)).id } }),
    400: ({ absent }) => ({ body: { session_id: absent('session') } }),
  },

  listUserAuthorizedApplications: {
    success: async (world) => ({ params: { user_id: (await consent(world)).user.id } }),
  },
  deleteUserAuthorizedApplication: {
    success: async (world) => {
      const { user, application } = await consent(world)
      return { params: { user_id: user.id, application_id: application.clientId } }
    },
  },
  listOrganizationAuthorizedApplications: {
    success: async (world) => ({ params: { organization_id: (await consent(world)).organizationId } }),
  },
  completeExternalSignIn: {
    success: async (world) => ({ body: await completion(world) }),
    400: [
      async (world) => {
        const body = await completion(world)
        await world.management.post('/authkit/oauth2/complete', body)
        return { body }
      },
      async (world) => {
        const { email } = await world.made('createUser')
        const body = await completion(world)
        return { body: { ...body, user: { ...body.user, email } } }
      },
      async (world) => {
        const body = await completion(world)
        return { body: { ...body, user: { ...body.user, email: 'nobody' } } }
      },
    ],
    404: async (world) => ({
      body: { ...(await completion(world)), external_auth_id: world.absent('ext_auth') },
    }),
  },
}
