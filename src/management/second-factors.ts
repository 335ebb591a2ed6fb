import { z } from 'zod'
import { removePasskey } from '../authenticators/passkey.ts'
import { removeTotp } from '../authenticators/totp-factor.ts'
import { authenticationFactorObject, authenticationFactorSchema } from '../objects/authentication-factor.ts'
import { listObject, listOf } from '../objects/list.ts'
import { passkeyObject, passkeySchema } from '../objects/passkey.ts'
import type { Stores } from '../storage/index.ts'
import { found, identified, notThere, userThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { requireRightsOver } from './rights-over-operator.ts'

export interface SecondFactorDependencies {
  readonly stores: Stores
}

const tag = 'Second factors'

/** For whoever helps somebody who has lost what they sign in with. Nothing here shows a secret, or makes a factor. */
export const secondFactorOperations = ({ stores }: SecondFactorDependencies): readonly Operation[] => [
  readOperation({
    id: 'listAuthFactors',
    method: 'GET',
    path: '/user_management/users/:id/auth_factors',
    tag,
    summary: 'List the authenticator apps of a user: one, or none.',
    permission: 'users:read',
    query: z.strictObject(pageParameters),
    answer: listOf(authenticationFactorSchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const id = await userThere(stores, params.id)
      const page = await stores.totpFactors.pageOf(id, pageOf('authenticationFactor', query))
      return listObject(cursorsOf(page, query), authenticationFactorObject)
    },
  }),

  readOperation({
    id: 'getAuthFactor',
    method: 'GET',
    path: '/auth/factors/:id',
    tag,
    summary: 'Get an authenticator app of a user.',
    permission: 'users:read',
    answer: authenticationFactorSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('authenticationFactor', params.id)
      return authenticationFactorObject(found(await stores.totpFactors.byId(id), 'authenticationFactor', id))
    },
  }),

  changeOperation({
    id: 'deleteAuthFactor',
    method: 'DELETE',
    path: '/auth/factors/:id',
    tag,
    summary: 'Take an authenticator app away.',
    description:
      'Its user signs in without a code from then on; the recovery codes go along, unless a passkey is left. Where the ' +
      'setting `second_factor` is `required`, they set one up at the next sign-in.',
    permission: 'users:write',
    recentSignIn: 'always',
    status: 200,
    errors: [404],
    handle: ({ params, held, change }) =>
      change(async (acting) => {
        const id = identified('authenticationFactor', params.id)
        const removed = found(await removeTotp(acting, id), 'authenticationFactor', id)
        await requireRightsOver(acting.stores, held, removed.userId)
        return undefined
      }),
  }),

  readOperation({
    id: 'listPasskeys',
    method: 'GET',
    path: '/latchkey/v1/users/:id/passkeys',
    tag,
    summary: 'List the passkeys of a user.',
    permission: 'users:read',
    query: z.strictObject(pageParameters),
    answer: listOf(passkeySchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const id = await userThere(stores, params.id)
      const page = await stores.passkeys.pageOf(id, pageOf('passkey', query))
      return listObject(cursorsOf(page, query), passkeyObject)
    },
  }),

  changeOperation({
    id: 'deletePasskey',
    method: 'DELETE',
    path: '/latchkey/v1/users/:id/passkeys/:passkey_id',
    tag,
    summary: 'Take a passkey away.',
    description:
      'Nobody signs in with it from then on. Sessions go on. It may be the only way its user has to sign in, which they ' +
      'themselves could not take away.',
    permission: 'users:write',
    recentSignIn: 'always',
    status: 200,
    errors: [404],
    handle: ({ params, held, change }) =>
      change(async (acting) => {
        const userId = identified('user', params.id)
        const id = identified('passkey', params.passkey_id)
        await requireRightsOver(acting.stores, held, userId)
        if (!(await removePasskey(acting, { id, userId }))) throw notThere('passkey', id)
        return undefined
      }),
  }),
]
