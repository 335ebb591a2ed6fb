import { hasRightsOver } from '../management/rights-over-operator.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import type { DashboardPages } from './open-dashboard.ts'
import type { Visit } from './section.ts'

/** Whether somebody may decide how a user signs in, so that they are shown no form that is refused whatever they type. */
export const isWithinReachOf = async (
  { stores }: Pick<DashboardPages, 'stores'>,
  { caller }: Pick<Visit, 'caller'>,
  userId: string,
): Promise<boolean> => {
  const id = parseIdentifier('user', userId)
  return id === undefined || hasRightsOver(stores, caller.permissions, id)
}
