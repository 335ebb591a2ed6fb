import type { Acting } from '../events/record.ts'
import { userObject } from '../objects/user.ts'
import { newIdentifier, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { User } from './user.ts'
import { type GivenUserFields, type RefusedUser, withFields } from './user-fields.ts'

export interface NewUser extends GivenUserFields {
  readonly email: string
}

export type CreatedUser = { readonly outcome: 'created'; readonly user: User } | RefusedUser

export type UserChange = Acting<Pick<Stores, 'users'>>

/** An account. Of several created at once with one e-mail address, in whatever case, exactly one comes to be. */
export const createUser = async (
  { stores, now, random, record }: UserChange,
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
    passwordHash: null,
    lastSignInAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const user = withFields(nobody, given)
  if ('outcome' in user) return user
  if (!(await stores.users.insert(user))) {
    const isTaken = (await stores.users.byNormalizedEmail(user.normalizedEmail)) !== undefined
    return { outcome: 'refused', code: isTaken ? 'email_not_available' : 'external_id_already_used' }
  }
  await record({ name: 'user.created', targetId: user.id, data: userObject(user) })
  return { outcome: 'created', user }
}

/** False if there is none. Sessions, memberships, consents and all that was granted in the user's name go along. */
export const deleteUser = async (
  { stores, record }: Pick<UserChange, 'stores' | 'record'>,
  id: UserId,
): Promise<boolean> => {
  const user = await stores.users.lock(id)
  if (!user || !(await stores.users.delete(id))) return false
  await record({ name: 'user.deleted', targetId: id, data: userObject(user) })
  return true
}
