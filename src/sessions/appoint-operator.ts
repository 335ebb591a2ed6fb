import { sessionRevoked } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { type ChangedOperator, setOperator } from '../operators/operator.ts'
import type { UserId } from '../protocol/identifiers.ts'
import { mayDoMore, type OperatorRole } from '../protocol/operator-role.ts'
import type { Stores } from '../storage/index.ts'
import { setterOf, updateUser } from '../users/update-user.ts'
import { forgetStrangers } from './forget-strangers.ts'

export type Appointed =
  | (Extract<ChangedOperator, { readonly outcome: 'changed' }> & { readonly losesPassword: boolean })
  | Extract<ChangedOperator, { readonly outcome: 'refused' }>

/**
 * Makes a user an operator, or gives an operator another role.
 *
 * Whoever had a hand in the account before could do with it what the operator may do from now on. So with more rights its
 * sessions end; and a password goes that was chosen neither by its user nor by who appoints them, with all that somebody
 * who knew it could have added.
 */
export const appointOperator = async (
  acting: Acting<Stores>,
  userId: UserId,
  role: OperatorRole,
): Promise<Appointed> => {
  const { stores, now, record, actor } = acting
  const user = await stores.users.lock(userId)
  const before = await stores.operators.roleOf(userId)
  const set = await setOperator(acting, userId, role)
  if (set.outcome === 'refused') return set
  if (!user || !mayDoMore(role, before)) return { ...set, losesPassword: false }
  const { passwordHash, passwordSetBy } = user
  const losesPassword =
    passwordHash !== null && passwordSetBy !== userId && passwordSetBy !== setterOf(actor, userId)
  if (losesPassword) {
    await updateUser(acting, userId, { passwordHash: null }, 'none')
    await forgetStrangers(acting, userId, undefined, 'operator_appointed')
  } else {
    const ended = await stores.sessions.endAllOf(userId, now)
    await record(...ended.map((session) => sessionRevoked(session, 'operator_appointed', now)))
  }
  return { ...set, losesPassword }
}
