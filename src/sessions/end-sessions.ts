import { sessionRevoked } from '../events/ended.ts'
import { actingAs } from '../events/record.ts'
import type { SessionId } from '../protocol/identifiers.ts'
import type { EndedSession, SessionRecord, WhichSessions } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'
import { endSession, type SessionChange } from './browser-session.ts'

/*
 * A user signs out of browsers other than the one at hand. Whose a session is stands in the predicate that ends it, so the
 * ID of somebody else's ends nothing.
 */

/** Who signs out, and where they are. */
export type Own = Pick<SessionRecord, 'id' | 'userId'>

export interface EndSessions {
  /** @returns false if there is none of that ID, or it is somebody else's, or the one at hand. */
  one(own: Own, id: SessionId, now: Date): Promise<boolean>
  /** @returns how many there were. */
  others(own: Own, now: Date): Promise<number>
  /** @returns the one at hand, as `EndSession` does. */
  all(own: Own, now: Date): Promise<EndedSession | undefined>
}

export const createEndSessions = ({
  transaction,
  random,
}: {
  readonly transaction: Transaction
  readonly random: Random
}): EndSessions => ({
  one: async ({ id: except, userId }, only, now) => {
    const which = { only, except }
    const ended = await transaction((stores) => endElsewhere({ stores, now, random }, userId, which))
    return ended > 0
  },

  others: ({ id: except, userId }, now) =>
    transaction((stores) => endElsewhere({ stores, now, random }, userId, { except })),

  all: ({ id, userId }, now) =>
    transaction(async (stores) => {
      const change = { stores, now, random }
      // Before any ends, or two browsers that do this at once would each have what the other waits for.
      await stores.sessions.lockAllOf(userId)
      const ended = await endSession(change, id, 'signed_out')
      await endElsewhere(change, userId, {})
      return ended
    }),
})

const endElsewhere = async (
  { stores, now, random }: SessionChange,
  userId: SessionRecord['userId'],
  which: WhichSessions,
): Promise<number> => {
  const ended = await stores.sessions.endSomeOf(userId, which, now)
  const { record } = actingAs({ type: 'user', id: userId }, { stores, now, random })
  await record(...ended.map((session) => sessionRevoked(session, 'signed_out_elsewhere', now)))
  return ended.length
}
