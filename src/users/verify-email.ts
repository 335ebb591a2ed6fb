import { sessionRevoked } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { userWithClaims } from '../objects/user-claims.ts'
import type { SessionId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { User } from './user.ts'

/**
 * Notes that the address of a user has turned out to be theirs.
 *
 * Whoever set the password of an account whose address nobody had proved need not be its owner, who might come to use an
 * account that somebody else can get into. So unless they have just shown that they know the password, it is taken away,
 * and who is signed in with it is signed out; its owner may choose a new one.
 *
 * @returns the user as they are now; undefined if there is none any more, or they have another address.
 */
export const verifyEmail = async (
  { stores, now, record }: Acting<Pick<Stores, 'users' | 'sessions' | 'emailCodes'>>,
  id: UserId,
  {
    normalizedEmail,
    knowsPassword,
    sessionId,
  }: {
    readonly normalizedEmail: string
    readonly knowsPassword: boolean
    /** The one in which they have proved it goes on. */
    readonly sessionId?: SessionId | undefined
  },
): Promise<User | undefined> => {
  const before = await stores.users.lock(id)
  if (before?.normalizedEmail !== normalizedEmail) return undefined
  if (before.emailVerified) return before
  const losesPassword = before.passwordHash !== null && !knowsPassword
  const changes = { emailVerified: true, updatedAt: now, ...(losesPassword && { passwordHash: null }) }
  await stores.users.update(id, changes)
  const user = { ...before, ...changes }
  await record({
    name: 'user.updated',
    targetId: id,
    data: userWithClaims(user),
    before: userWithClaims(before),
  })
  if (losesPassword) {
    await stores.emailCodes.deleteAllTo(normalizedEmail)
    const ended = await stores.sessions.endSomeOf(id, { except: sessionId }, now)
    await record(...ended.map((session) => sessionRevoked(session, 'password_changed', now)))
  }
  return user
}
