import { userClaimsObject, userClaimsSchema } from '../objects/user-claims.ts'
import type { Stores } from '../storage/index.ts'
import { claimsOf, standardClaimsSchema } from '../users/standard-claims.ts'
import { updateUser } from '../users/update-user.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'

export interface UserClaimsDependencies {
  readonly stores: Stores
}

const tag = 'Users'
const path = '/latchkey/v1/users/:id/claims'

export const userClaimsOperations = ({ stores }: UserClaimsDependencies): readonly Operation[] => [
  readOperation({
    id: 'getUserClaims',
    method: 'GET',
    path,
    tag,
    summary: 'Get the standard claims of a user that the user has no member for.',
    permission: 'users:read',
    answer: userClaimsSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('user', params.id)
      return userClaimsObject(found(await stores.users.byId(id), 'user', id))
    },
  }),

  changeOperation({
    id: 'updateUserClaims',
    method: 'PUT',
    path,
    tag,
    summary: 'Replace the standard claims of a user that the user has no member for.',
    description:
      'Names are those of OpenID Connect Core, §5.1; what is left out is taken away. `name`, `given_name`, `family_name`, ' +
      '`locale` and `email` are members of the user. Applications are told of them by the scopes `profile`, `address` ' +
      'and `phone`.',
    permission: 'users:write',
    recentSignIn: 'never',
    body: standardClaimsSchema,
    answer: userClaimsSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const id = identified('user', params.id)
        const updated = await updateUser(acting, id, {
          claims: claimsOf(body),
          pictureUrl: body.picture ?? null,
        })
        if (updated.outcome === 'updated') return userClaimsObject(updated.user)
        if (updated.code === 'user_not_found') throw notThere('user', id)
        // Nothing that is unique, or checked below, was given.
        throw new Error(`Claims were refused: ${updated.code}.`)
      }),
  }),
]
