import { forbidden } from '../management/refusal.ts'
import type { ManagementPermission } from '../protocol/management-permission.ts'

/** For what no operation decides, or decides too late. @throws Refusal 403 */
export const requireMay = (
  { may }: { may(permission: ManagementPermission): boolean },
  permission: ManagementPermission,
): void => {
  if (!may(permission)) throw forbidden(`That takes ${permission}.`)
}
