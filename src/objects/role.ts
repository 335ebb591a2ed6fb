import { z } from 'zod'
import type { OrganizationId } from '../protocol/identifiers.ts'
import type { RoleRecord } from '../storage/stores/roles.ts'
import { createdAndUpdated, instants } from './members.ts'
import { RESOURCE_TYPE } from './permission.ts'

export const roleSchema = z
  .object({
    object: z.literal('role'),
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    type: z.enum(['EnvironmentRole', 'OrganizationRole']),
    resource_type_slug: z.string(),
    permissions: z.array(z.string()).describe('Slugs, in alphabetical order.'),
    ...createdAndUpdated,
  })
  .meta({ id: 'Role' })

export type RoleObject = z.infer<typeof roleSchema>

export const roleObject = (role: RoleRecord): RoleObject => ({
  object: 'role',
  id: role.id,
  slug: role.slug,
  name: role.name,
  description: role.description,
  type: role.organizationId === null ? 'EnvironmentRole' : 'OrganizationRole',
  resource_type_slug: RESOURCE_TYPE,
  permissions: [...role.permissions],
  ...instants(role),
})

/** A role of an organization as events tell of it: without an ID and a type, with its organization (workos). */
export const organizationRoleSchema = z
  .object({
    object: z.literal('organization_role'),
    organization_id: z.string(),
    slug: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    resource_type_slug: z.string(),
    permissions: z.array(z.string()),
    ...createdAndUpdated,
  })
  .meta({ id: 'OrganizationRole' })

export type OrganizationRoleObject = z.infer<typeof organizationRoleSchema>

export const organizationRoleObject = (
  role: RoleRecord & { readonly organizationId: OrganizationId },
): OrganizationRoleObject => ({
  object: 'organization_role',
  organization_id: role.organizationId,
  slug: role.slug,
  name: role.name,
  description: role.description,
  resource_type_slug: RESOURCE_TYPE,
  permissions: [...role.permissions],
  ...instants(role),
})
