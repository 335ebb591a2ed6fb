import { z } from 'zod'
import { listObject, listOf } from '../objects/list.ts'
import { userObject, userSchema } from '../objects/user.ts'
import { isLastOwner } from '../operators/operator.ts'
import type { Stores } from '../storage/index.ts'
import type { UserRecord } from '../storage/stores/users.ts'
import type { PasswordHasher } from '../system/password-hash.ts'
import { createUser, deleteUser } from '../users/create-user.ts'
import { updateUser } from '../users/update-user.ts'
import { normalizeEmail } from '../users/user.ts'
import type { RefusedUser } from '../users/user-fields.ts'
import { changedMetadata, newMetadata, organizationFilter } from './fields.ts'
import { passwordFields, passwordHashOf } from './given-password.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { badRequest, invalidField, type Refusal } from './refusal.ts'
import { lastOwner, requireRightsOver } from './rights-over-operator.ts'

export interface UserDependencies {
  readonly stores: Stores
  readonly passwordHasher: PasswordHasher
}

const tag = 'Users'

/** Of WorkOS's Radar, which we do not have: taken, so that requests made for it pass, and forgotten. */
const signals = {
  ip_address: z.string().nullish().describe('Ignored.'),
  user_agent: z.string().nullish().describe('Ignored.'),
  signals_id: z.string().nullish().describe('Ignored.'),
} as const

export const userOperations = ({ stores, passwordHasher }: UserDependencies): readonly Operation[] => [
  readOperation({
    id: 'listUsers',
    method: 'GET',
    path: '/user_management/users',
    tag,
    summary: 'List users.',
    permission: 'users:read',
    query: z.strictObject({
      ...pageParameters,
      email: z.string().optional().describe('In any case: at most one user has it.'),
      organization_id: organizationFilter.describe('Whoever belongs to it, active or not.'),
      organization: organizationFilter.describe('The former name of `organization_id`.'),
    }),
    answer: listOf(userSchema),
    errors: [],
    handle: async ({ query }) => {
      const filter = {
        normalizedEmail: query.email === undefined ? undefined : normalizeEmail(query.email),
        organizationId: query.organization_id ?? query.organization,
      }
      return listObject(cursorsOf(await stores.users.page(filter, pageOf('user', query)), query), userObject)
    },
  }),

  changeOperation({
    id: 'createUser',
    method: 'POST',
    path: '/user_management/users',
    tag,
    summary: 'Create a user.',
    permission: 'users:write',
    recentSignIn: 'never',
    body: z.strictObject({
      email: z.string(),
      email_verified: z.boolean().nullish(),
      first_name: z.string().nullish(),
      last_name: z.string().nullish(),
      name: z.string().nullish(),
      external_id: z.string().nullish(),
      metadata: newMetadata,
      ...passwordFields,
      ...signals,
    }),
    answer: userSchema,
    status: 201,
    errors: [400],
    handle: async ({ body, change }) => {
      const passwordHash = await passwordHashOf(passwordHasher, body, body.email)
      return change(async (acting) => {
        const created = await createUser(acting, {
          email: body.email,
          emailVerified: body.email_verified ?? undefined,
          firstName: body.first_name,
          lastName: body.last_name,
          name: body.name,
          externalId: body.external_id,
          metadata: body.metadata ?? undefined,
          passwordHash,
        })
        if (created.outcome === 'refused') throw refusalOfCreation(created)
        return userObject(created.user)
      })
    },
  }),

  readOperation({
    id: 'getUserByExternalId',
    method: 'GET',
    path: '/user_management/users/external_id/:external_id',
    tag,
    summary: 'Get a user by the ID that you gave them.',
    permission: 'users:read',
    answer: userSchema,
    errors: [404],
    handle: async ({ params }) => {
      const user = await stores.users.byExternalId(params.external_id)
      return userObject(found(user, 'user', params.external_id))
    },
  }),

  readOperation({
    id: 'getUser',
    method: 'GET',
    path: '/user_management/users/:id',
    tag,
    summary: 'Get a user.',
    permission: 'users:read',
    answer: userSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('user', params.id)
      return userObject(found(await stores.users.byId(id), 'user', id))
    },
  }),

  changeOperation({
    id: 'updateUser',
    method: 'PUT',
    path: '/user_management/users/:id',
    tag,
    summary: 'Update a user; what is not given stays.',
    description:
      'Null takes away a name, the locale and the external ID; anywhere else it is as if nothing was given. A ' +
      'password that takes the place of another ends all sessions of the user.',
    permission: 'users:write',
    recentSignIn: 'in_part',
    body: z.strictObject({
      email: z.string().nullish().describe('A new address is not verified, unless `email_verified` says so.'),
      email_verified: z.boolean().nullish(),
      first_name: z.string().nullish().describe('Null takes it away.'),
      last_name: z.string().nullish().describe('Null takes it away.'),
      name: z.string().nullish().describe('Null takes it away.'),
      locale: z.string().nullish().describe('A language tag, such as en-US. Null takes it away.'),
      external_id: z.string().nullish().describe('Null takes it away.'),
      metadata: changedMetadata.describe('Keys that are not named stay; null takes a key away.'),
      ...passwordFields,
      ...signals,
    }),
    answer: userSchema,
    status: 200,
    errors: [400, 404],
    handle: async ({ body, params, held, change, requireRecentSignIn }) => {
      const id = identified('user', params.id)
      const user = found(await stores.users.byId(id), 'user', id)
      const email = body.email ?? undefined
      if (body.password != null || body.password_hash != null) requireRecentSignIn()
      const passwordHash = await passwordHashOf(passwordHasher, body, email ?? user.email)
      return change(async (acting) => {
        const current = found(await acting.stores.users.lock(id), 'user', id)
        if (passwordHash !== undefined || changesSignIn(current, body)) {
          requireRecentSignIn()
          await requireRightsOver(acting.stores, held, id)
        }
        const updated = await updateUser(acting, id, {
          email,
          emailVerified: body.email_verified ?? undefined,
          firstName: body.first_name,
          lastName: body.last_name,
          name: body.name,
          locale: body.locale,
          externalId: body.external_id,
          metadata: body.metadata ?? undefined,
          passwordHash,
        })
        if (updated.outcome === 'updated') return userObject(updated.user)
        throw updated.code === 'user_not_found' ? notThere('user', id) : refusalOf(updated)
      })
    },
  }),

  changeOperation({
    id: 'deleteUser',
    method: 'DELETE',
    path: '/user_management/users/:id',
    tag,
    summary: 'Delete a user, with all that was granted in their name.',
    description:
      'Sessions, memberships, authorized applications and customer keys go with the user; tokens are inactive and ' +
      'refresh tokens dead at once. The last owner of the dashboard stays.',
    permission: 'users:write',
    recentSignIn: 'always',
    status: 200,
    errors: [404, 409],
    handle: ({ params, held, change }) =>
      change(async (acting) => {
        const id = identified('user', params.id)
        // The user before the owners, as whoever gives a role locks them: of two neither waits for the other.
        await acting.stores.users.lockToDelete(id)
        await requireRightsOver(acting.stores, held, id)
        if (await isLastOwner(acting.stores, id)) throw lastOwner()
        if (!(await deleteUser(acting, id))) throw notThere('user', id)
        return undefined
      }),
  }),
]

/** By what somebody is known when they sign in, here or at a page or provider of another. */
const changesSignIn = (
  user: UserRecord,
  given: {
    readonly email?: string | null | undefined
    readonly email_verified?: boolean | null | undefined
    readonly external_id?: string | null | undefined
  },
): boolean =>
  (given.email ?? user.email) !== user.email ||
  (given.email_verified ?? user.emailVerified) !== user.emailVerified ||
  (given.external_id !== undefined && given.external_id !== user.externalId)

const fieldsOfNames = { firstName: 'first_name', lastName: 'last_name', name: 'name' } as const

const NOT_AVAILABLE = 'The e-mail address belongs to another user.'
const ALREADY_USED = 'The external ID belongs to another user.'
const NO_ADDRESS = 'is no e-mail address.'

/** The codes that WorkOS has for an update. */
const refusalOf = (refused: RefusedUser): Refusal => {
  switch (refused.code) {
    case 'email_invalid':
      return badRequest('invalid_email', `email ${NO_ADDRESS}`, [
        { field: 'email', code: 'invalid_email', message: NO_ADDRESS },
      ])
    case 'email_not_available':
      return badRequest(refused.code, NOT_AVAILABLE)
    case 'external_id_already_used':
      return badRequest(refused.code, ALREADY_USED)
    case 'external_id_invalid':
      return invalidField(
        'external_id',
        refused.code,
        'has 1 to 128 printable ASCII characters, and more than dots.',
      )
    case 'locale_invalid':
      return badRequest('invalid_locale', 'locale is no language tag, such as en-US.')
    case 'metadata_invalid':
      return badRequest('invalid_metadata', `metadata ${refused.problem}.`)
    case 'name_invalid':
      return invalidField(
        fieldsOfNames[refused.field],
        refused.code,
        'has at most 255 characters, all of them printable.',
      )
  }
}

/** Creation has the same reasons one level down, and calls a text that is no address a fault of the request. */
const refusalOfCreation = (refused: RefusedUser): Refusal => {
  switch (refused.code) {
    case 'email_invalid':
      return invalidField('email', 'invalid_email', NO_ADDRESS)
    case 'email_not_available':
      return badRequest('user_creation_error', NOT_AVAILABLE, [
        { code: refused.code, message: NOT_AVAILABLE },
      ])
    case 'external_id_already_used':
      return badRequest('user_creation_error', ALREADY_USED, [{ code: refused.code, message: ALREADY_USED }])
    default:
      return refusalOf(refused)
  }
}
