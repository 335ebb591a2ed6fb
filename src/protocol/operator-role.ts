import { EVERYTHING, type ManagementPermission, managementAreas } from './management-permission.ts'

/*
 * What people may do at the dashboard, in the words of the permissions of API keys: both ask for the same operations.
 */

/** The one that may do most first. */
export const operatorRoles = ['owner', 'admin', 'viewer'] as const

export type OperatorRole = (typeof operatorRoles)[number]

/** Whether that role may do more than the one before, or than whoever is no operator. */
export const mayDoMore = (role: OperatorRole, before: OperatorRole | undefined): boolean =>
  before === undefined || operatorRoles.indexOf(role) < operatorRoles.indexOf(before)

/** Who may do what is for owners to say. */
const ofOwners = 'operators'

const roles: Readonly<Record<OperatorRole, readonly (ManagementPermission | typeof EVERYTHING)[]>> = {
  owner: [EVERYTHING],
  admin: managementAreas.map((area) =>
    area === ofOwners ? (`${area}:read` as const) : (`${area}:write` as const),
  ),
  viewer: managementAreas.map((area) => `${area}:read` as const),
}

export const permissionsOfRole = (role: OperatorRole) => roles[role]
