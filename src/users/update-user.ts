import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../events/catalogue.ts'
import { sessionRevoked } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { userWithClaims } from '../objects/user-claims.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { WhichSessions } from '../storage/stores/sessions.ts'
import type { User } from './user.ts'
import { type GivenUserFields, type RefusedUser, withFields } from './user-fields.ts'

export type UserUpdate = GivenUserFields

export type UpdatedUser =
  | { readonly outcome: 'updated'; readonly user: User }
  | { readonly outcome: 'refused'; readonly code: 'user_not_found' }
  | RefusedUser

export type UserUpdating = Acting<Pick<Stores, 'users' | 'sessions' | 'emailCodes'>>

/**
 * Writes what differs and nothing else, so of two updates at once neither undoes the other. The caller rolls back what
 * was refused.
 *
 * A password that takes the place of another ends all sessions of the user: it may be the answer to a theft (OWASP
 * ASVS 5 §7.4.3), and whoever changes it here is in none of them; unless a user who changes their own says which end. With
 * any change of it the codes are void that came by mail before, entered or not.
 */
export const updateUser = async (
  acting: UserUpdating,
  id: UserId,
  update: UserUpdate,
  passwordEnds?: WhichSessions | 'none',
): Promise<UpdatedUser> => {
  const { stores, now, record } = acting
  const before = await stores.users.lock(id)
  if (!before) return { outcome: 'refused', code: 'user_not_found' }
  const wanted = withFields(before, update)
  if ('outcome' in wanted) return wanted
  const changes = differences(before, wanted)
  // What is asked for again is no update.
  if (Object.keys(changes).length === 0) return { outcome: 'updated', user: before }

  const updated = await stores.users.update(id, {
    ...changes,
    ...(changes.passwordHash !== undefined && {
      passwordSetBy: changes.passwordHash === null ? null : setterOf(acting.actor, id),
    }),
    updatedAt: now,
  })
  if ('taken' in updated) {
    const code = updated.taken === 'email' ? 'email_not_available' : 'external_id_already_used'
    return { outcome: 'refused', code }
  }
  const user = { ...wanted, updatedAt: now }
  await record({
    name: 'user.updated',
    targetId: id,
    data: userWithClaims(user),
    before: userWithClaims(before),
  })
  if (changes.passwordHash !== undefined) {
    await stores.emailCodes.deleteAllTo(before.normalizedEmail)
    const which = passwordEnds ?? (before.passwordHash === null ? 'none' : {})
    if (which !== 'none') await endSessions(acting, id, which)
  }
  return { outcome: 'updated', user }
}

/** Who chose a password, to be compared: an ID; of the command line, which has none, what it is. */
export const setterOf = (actor: Actor, userId: UserId): string =>
  actor.type === 'system' || actor.id === undefined ? (actor.type === 'user' ? userId : actor.type) : actor.id

const differences = (before: User, after: User): Partial<User> =>
  Object.fromEntries(
    Object.entries(after).filter(
      // Members that are kept as JSON come back in another order.
      ([field, value]) => !isDeepStrictEqual(value, before[field as keyof User]),
    ),
  )

const endSessions = async (
  { stores, now, record }: UserUpdating,
  id: UserId,
  which: WhichSessions,
): Promise<void> => {
  const ended = await stores.sessions.endSomeOf(id, which, now)
  await record(...ended.map((session) => sessionRevoked(session, 'password_changed', now)))
}
