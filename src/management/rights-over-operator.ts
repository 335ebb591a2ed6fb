import type { UserId } from '../protocol/identifiers.ts'
import { permits } from '../protocol/management-permission.ts'
import { type OperatorRole, permissionsOfRole } from '../protocol/operator-role.ts'
import type { Stores } from '../storage/index.ts'
import { conflict, forbidden } from './refusal.ts'

/** Whether everything that an operator of that role may do is held. */
export const holdsAllOf = (held: readonly string[], role: OperatorRole): boolean =>
  permissionsOfRole(role).every((permission) => permits(held, permission))

/**
 * Whoever decides how an operator signs in can sign in as them: only who may do all that the operator may do decides that.
 *
 * @throws Refusal 403
 */
export const requireRightsOver = async (
  stores: Pick<Stores, 'operators'>,
  held: readonly string[],
  userId: UserId,
): Promise<void> => {
  if (!(await hasRightsOver(stores, held, userId))) {
    throw forbidden('The user is an operator of the dashboard who may do more than you may.', 'forbidden')
  }
}

export const hasRightsOver = async (
  { operators }: Pick<Stores, 'operators'>,
  held: readonly string[],
  userId: UserId,
): Promise<boolean> => {
  const role = await operators.roleOf(userId)
  return role === undefined || holdsAllOf(held, role)
}

export const lastOwner = () => conflict('last_owner', 'No other operator is an owner.')
