import { z } from 'zod'
import { listedWhole, wholeListOf } from '../objects/list.ts'
import { roleObject, roleSchema } from '../objects/role.ts'
import { addRolePermission, createRole, setRolePermissions, updateRole } from '../permissions/role.ts'
import { ROLE_SLUG } from '../protocol/slug.ts'
import type { Stores } from '../storage/index.ts'
import { descriptionFields, resourceType } from './description-fields.ts'
import { found } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { permissionSlugs, roleAfter, roleRefusal } from './role-refusal.ts'

export interface RoleDependencies {
  readonly stores: Pick<Stores, 'roles'>
}

const tag = 'Roles'

/** Roles of the environment, which every organization can give. There is no way to delete one (workos: neither). */
export const roleOperations = ({ stores }: RoleDependencies): readonly Operation[] => [
  readOperation({
    id: 'listRoles',
    method: 'GET',
    path: '/authorization/roles',
    tag,
    summary: 'List the roles of the environment, all at once, the oldest first.',
    permission: 'permissions:read',
    answer: wholeListOf(roleSchema),
    errors: [],
    handle: async () => listedWhole(await stores.roles.all(null), roleObject),
  }),

  changeOperation({
    id: 'createRole',
    method: 'POST',
    path: '/authorization/roles',
    tag,
    summary: 'Create a role of the environment.',
    permission: 'permissions:write',
    body: z.strictObject({
      slug: z
        .string()
        .meta({ pattern: ROLE_SLUG.source })
        .describe('Lower-case letters, digits, - and _; does not begin with org-, and never changes.'),
      ...descriptionFields,
      resource_type_slug: resourceType,
    }),
    answer: roleSchema,
    status: 201,
    errors: [409],
    handle: ({ body: { slug, name, description }, change }) =>
      change(async (acting) => {
        const created = await createRole(acting, { organizationId: null, slug, name, description })
        if (created.outcome === 'created') return roleObject(created.role)
        throw roleRefusal({ organizationId: null, slug }, created)
      }),
  }),

  readOperation({
    id: 'getRole',
    method: 'GET',
    path: '/authorization/roles/:slug',
    tag,
    summary: 'Get a role of the environment.',
    permission: 'permissions:read',
    answer: roleSchema,
    errors: [404],
    handle: async ({ params: { slug } }) =>
      roleObject(found(await stores.roles.bySlug(null, slug), 'role', slug)),
  }),

  changeOperation({
    id: 'updateRole',
    method: 'PATCH',
    path: '/authorization/roles/:slug',
    tag,
    summary: 'Update the name or the description of a role of the environment.',
    permission: 'permissions:write',
    body: z.strictObject({ ...descriptionFields, name: descriptionFields.name.nullish() }),
    answer: roleSchema,
    status: 200,
    errors: [404],
    handle: ({ params: { slug }, body: { name, description }, change }) =>
      change(async (acting) => {
        const of = { organizationId: null, slug }
        const updated = await updateRole(acting, of, { name: name ?? undefined, description })
        return roleAfter(of, updated)
      }),
  }),

  changeOperation({
    id: 'setRolePermissions',
    method: 'PUT',
    path: '/authorization/roles/:slug/permissions',
    tag,
    summary: 'Replace all permissions of a role of the environment.',
    permission: 'permissions:write',
    body: z.strictObject({ permissions: permissionSlugs }),
    answer: roleSchema,
    status: 200,
    errors: [404],
    handle: ({ params: { slug }, body: { permissions }, change }) =>
      change(async (acting) => {
        const of = { organizationId: null, slug }
        const updated = await setRolePermissions(acting, of, permissions)
        return roleAfter(of, updated, permissions)
      }),
  }),

  changeOperation({
    id: 'addRolePermission',
    method: 'POST',
    path: '/authorization/roles/:slug/permissions',
    tag,
    summary: 'Add a permission to a role of the environment.',
    description: 'One that the role has already is answered the same.',
    permission: 'permissions:write',
    body: z.strictObject({ slug: z.string() }),
    answer: roleSchema,
    status: 200,
    errors: [404],
    handle: ({ params: { slug }, body, change }) =>
      change(async (acting) => {
        const of = { organizationId: null, slug }
        const updated = await addRolePermission(acting, of, body.slug)
        return roleAfter(of, updated)
      }),
  }),
]
