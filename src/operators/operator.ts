import type { Acting } from '../events/record.ts'
import { type OperatorObject, operatorObject } from '../objects/operator.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { OperatorRole } from '../protocol/operator-role.ts'
import type { Stores } from '../storage/index.ts'

/*
 * Who may do what at the dashboard: users of ours that somebody named. Once there is an owner there always is one; the first
 * is named by `latchkey bootstrap --owner`, and another where the last cannot sign in any more.
 */

type OperatorChange = Acting<Pick<Stores, 'operators' | 'users'>>

export type ChangedOperator =
  | { readonly outcome: 'changed'; readonly operator: OperatorObject }
  | { readonly outcome: 'refused'; readonly code: 'user_not_found' | 'last_owner' }

/** Makes a user an operator, or gives an operator another role. */
export const setOperator = async (
  { stores, now, record }: OperatorChange,
  userId: UserId,
  role: OperatorRole,
): Promise<ChangedOperator> => {
  const user = await stores.users.lock(userId)
  if (!user) return { outcome: 'refused', code: 'user_not_found' }
  // All of them locked: of two who take each other's role at once, the second finds the own one the last.
  const owners = await stores.operators.lockOwners()
  if (role !== 'owner' && isLast(owners, userId)) return { outcome: 'refused', code: 'last_owner' }
  const before = await stores.operators.byUserId(userId)
  if (before?.role === role) return { outcome: 'changed', operator: operatorObject(before) }
  const kept = { userId, role, createdAt: before?.createdAt ?? now, updatedAt: now }
  await stores.operators.set(kept)
  const operator = operatorObject({ ...user, ...kept })
  await record(
    before
      ? { name: 'operator.updated', targetId: userId, data: operator, before: operatorObject(before) }
      : { name: 'operator.added', targetId: userId, data: operator },
  )
  return { outcome: 'changed', operator }
}

export type RemovedOperator =
  | { readonly outcome: 'removed' }
  | { readonly outcome: 'refused'; readonly code: 'operator_not_found' | 'last_owner' }

/** They stay a user; at the dashboard they may do nothing any more. */
export const removeOperator = async (
  { stores, record }: Omit<OperatorChange, 'random'>,
  userId: UserId,
): Promise<RemovedOperator> => {
  const owners = await stores.operators.lockOwners()
  const before = await stores.operators.byUserId(userId)
  if (!before) return { outcome: 'refused', code: 'operator_not_found' }
  if (isLast(owners, userId)) return { outcome: 'refused', code: 'last_owner' }
  await stores.operators.delete(userId)
  await record({ name: 'operator.removed', targetId: userId, data: operatorObject(before) })
  return { outcome: 'removed' }
}

/** Of a user who is locked, to be deleted; until the end of the transaction no other owner stops being one. */
export const isLastOwner = async (
  { operators }: Pick<Stores, 'operators'>,
  userId: UserId,
): Promise<boolean> =>
  (await operators.roleOf(userId)) === 'owner' && isLast(await operators.lockOwners(), userId)

const isLast = (owners: readonly UserId[], userId: UserId): boolean =>
  owners.length === 1 && owners[0] === userId
