import type { Caller } from '../management/caller.ts'
import { MissingRight } from '../management/operator-caller.ts'
import { type ManagementPermission, permits } from '../protocol/management-permission.ts'

/** For each operation, and for what none decides, or decides too late. @throws MissingRight */
export const requireMay = (
  { caller: { permissions } }: { readonly caller: Pick<Caller, 'permissions'> },
  permission: ManagementPermission,
): void => {
  if (!permits(permissions, permission)) throw new MissingRight()
}
