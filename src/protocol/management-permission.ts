/*
 * What a key of the management API may do: read or write in an area. Write includes read; `*` is everything there is
 * and will be.
 */
export const managementAreas = [
  'applications',
  'organizations',
  'users',
  'permissions',
  'customer_keys',
  'environment',
  'events',
  'webhooks',
  'api_keys',
  'operators',
] as const

export type ManagementArea = (typeof managementAreas)[number]
export type ManagementPermission = `${ManagementArea}:${'read' | 'write'}`

export const EVERYTHING = '*'

/** Every word that a key may hold. */
export const managementPermissions: readonly (ManagementPermission | typeof EVERYTHING)[] = [
  EVERYTHING,
  ...managementAreas.flatMap((area) => [`${area}:read`, `${area}:write`] as const),
]

/** Whether what a key holds covers what is needed. */
export const permits = (held: readonly string[], needed: ManagementPermission | typeof EVERYTHING): boolean =>
  held.includes(EVERYTHING) ||
  held.includes(needed) ||
  (needed.endsWith(':read') && held.includes(needed.replace(/:read$/, ':write')))
