import { z } from 'zod'
import { type RoleObject, roleObject } from '../objects/role.ts'
import type {
  ChangedPermissions,
  CreatedRole,
  DeletedRole,
  RoleOf,
  UpdatedRole,
} from '../permissions/role.ts'
import { MAXIMUM_SLUG_LENGTH } from '../protocol/slug.ts'
import { descriptionRefusal } from './description-fields.ts'
import { notThere } from './identified.ts'
import { conflict, forbidden, invalid, invalidField, type Refusal } from './refusal.ts'

type RoleRefused = Extract<
  CreatedRole | UpdatedRole | ChangedPermissions | DeletedRole,
  { readonly outcome: 'refused' }
>

const MAXIMUM_PERMISSIONS = 1_000

/** Far more than anybody has; what is no slug is told by its place. */
export const permissionSlugs = z.array(z.string()).max(MAXIMUM_PERMISSIONS)

/**
 * Why a role was not changed as asked.
 *
 * @param listed the permissions asked for, if they came in a list.
 */
export const roleRefusal = (
  {
    organizationId,
    slug,
  }: { readonly organizationId: RoleOf['organizationId']; readonly slug?: string | undefined },
  refused: RoleRefused,
  listed?: readonly string[],
): Refusal => {
  switch (refused.code) {
    case 'slug_invalid':
      return invalidField(
        'slug',
        refused.code,
        organizationId === null
          ? `has 1 to ${MAXIMUM_SLUG_LENGTH} characters of a-z, 0-9, - and _, and does not begin with org-.`
          : `begins with org-, and has at most ${MAXIMUM_SLUG_LENGTH} characters of a-z, 0-9, - and _.`,
      )
    case 'role_slug_conflict':
      return organizationId === null
        ? conflict(refused.code, 'There is a role of that slug.')
        : conflict('organization_role_slug_conflict', 'The organization has a role of that slug.')
    case 'organization_not_found':
      return notThere('organization', organizationId ?? '')
    case 'role_not_found':
      return notThere('role', slug ?? '')
    case 'environment_role':
      return forbidden('A role of the environment cannot be changed for one organization.', refused.code)
    case 'role_has_assignments':
      return conflict(refused.code, 'Memberships have the role.')
    case 'permission_unknown':
      return unknownPermissions(refused.slugs, listed)
    default:
      return descriptionRefusal(refused.code)
  }
}

/** The role as it is after a change, for the answer. @throws Refusal if it was not changed as asked. */
export const roleAfter = (
  of: Parameters<typeof roleRefusal>[0],
  changed: UpdatedRole | ChangedPermissions,
  listed?: readonly string[],
): RoleObject => {
  if (changed.outcome === 'refused') throw roleRefusal(of, changed, listed)
  return roleObject(changed.role)
}

/** Names each by its place in the list, or the field `slug` if there was none. */
export const unknownPermissions = (slugs: readonly string[], listed?: readonly string[]): Refusal =>
  invalid(
    slugs.map((slug) => ({
      field: listed === undefined ? 'slug' : `permissions.${listed.indexOf(slug)}`,
      code: 'permission_unknown',
      message: `There is no permission ${slug.slice(0, 2 * MAXIMUM_SLUG_LENGTH)}.`,
    })),
  )
