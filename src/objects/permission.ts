import { z } from 'zod'
import type { PermissionRecord } from '../storage/stores/permissions.ts'
import { createdAndUpdated, instants } from './members.ts'

/** The one kind of resource that permissions and roles are about here. */
export const RESOURCE_TYPE = 'organization'

export const permissionSchema = z
  .object({
    object: z.literal('permission'),
    id: z.string(),
    slug: z.string().describe('Also the OAuth scope by which applications ask for it.'),
    name: z.string(),
    description: z.string().nullable(),
    system: z.boolean().describe('Always false: every permission was made by the operator.'),
    resource_type_slug: z.string(),
    ...createdAndUpdated,
  })
  .meta({ id: 'Permission' })

export type PermissionObject = z.infer<typeof permissionSchema>

export const permissionObject = (permission: PermissionRecord): PermissionObject => ({
  object: 'permission',
  id: permission.id,
  slug: permission.slug,
  name: permission.name,
  description: permission.description,
  system: false,
  resource_type_slug: RESOURCE_TYPE,
  ...instants(permission),
})
