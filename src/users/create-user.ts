import { fewEnough, keyRevoked, membershipDeleted, sessionRevoked } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { userWithClaims } from '../objects/user-claims.ts'
import { newIdentifier, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { setterOf } from './update-user.ts'
import type { User } from './user.ts'
import { type GivenUserFields, type RefusedUser, withFields } from './user-fields.ts'

export interface NewUser extends GivenUserFields {
  readonly email: string
}

export type CreatedUser = { readonly outcome: 'created'; readonly user: User } | RefusedUser

export type UserChange = Acting<Pick<Stores, 'users'>>

/** An account. Of several created at once with one e-mail address, in whatever case, exactly one comes to be. */
export const createUser = async (
  { stores, now, random, record, actor }: UserChange,
  given: NewUser,
): Promise<CreatedUser> => {
  const nobody: User = {
    id: newIdentifier('user', now, random),
    email: '',
    normalizedEmail: '',
    emailVerified: false,
    firstName: null,
    lastName: null,
    name: null,
    locale: null,
    pictureUrl: null,
    externalId: null,
    metadata: {},
    claims: {},
    passwordHash: null,
    passwordSetBy: null,
    lastSignInAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const described = withFields(nobody, given)
  if ('outcome' in described) return described
  const user =
    described.passwordHash === null
      ? described
      : { ...described, passwordSetBy: setterOf(actor, described.id) }
  if (!(await stores.users.insert(user))) {
    const isTaken = (await stores.users.byNormalizedEmail(user.normalizedEmail)) !== undefined
    return { outcome: 'refused', code: isTaken ? 'email_not_available' : 'external_id_already_used' }
  }
  await record({ name: 'user.created', targetId: user.id, data: userWithClaims(user) })
  return { outcome: 'created', user }
}

/**
 * False if there is none. Sessions, memberships, keys, consents and all that was granted in the user's name go along. The
 * first three are told of as well; but of more than a thousand of a kind the event of the user stands for them.
 */
export const deleteUser = async (
  { stores, now, record }: Acting<Pick<Stores, 'customerKeys' | 'memberships' | 'sessions' | 'users'>>,
  id: UserId,
): Promise<boolean> => {
  const user = await stores.users.lockToDelete(id)
  if (!user) return false
  const sessions = await fewEnough((page) => stores.sessions.pageOfLive(id, now, page))
  const keys = await fewEnough((page) =>
    stores.customerKeys.page({ userId: id, organizationId: undefined }, page),
  )
  const memberships = await fewEnough((page) => stores.memberships.page(page, { userId: id }))
  await stores.users.delete(id, now)
  await record(...sessions.map((session) => sessionRevoked(session, 'user_deleted', now)))
  await record(...keys.map(keyRevoked))
  await record(...memberships.map(membershipDeleted))
  await record({ name: 'user.deleted', targetId: id, data: userWithClaims(user) })
  return true
}
