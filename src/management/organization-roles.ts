import { z } from 'zod'
import { listedWhole, wholeListOf } from '../objects/list.ts'
import { roleObject, roleSchema } from '../objects/role.ts'
import {
  addRolePermission,
  createRole,
  deleteOrganizationRole,
  removeRolePermission,
  setRolePermissions,
  updateRole,
} from '../permissions/role.ts'
import { ORGANIZATION_ROLE_SLUG } from '../protocol/slug.ts'
import type { Stores } from '../storage/index.ts'
import { descriptionFields, resourceType } from './description-fields.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { permissionSlugs, roleAfter, roleRefusal } from './role-refusal.ts'

export interface OrganizationRoleDependencies {
  readonly stores: Pick<Stores, 'organizations' | 'roles'>
}

const tag = 'Organization roles'

/** Which role a path names. @throws Refusal 404 */
const roleIn = (params: { readonly organizationId: string; readonly slug: string }) => ({
  organizationId: identified('organization', params.organizationId),
  slug: params.slug,
})

/** Roles of one organization, beside those of the environment, which are shown here and changed elsewhere. */
export const organizationRoleOperations = ({
  stores,
}: OrganizationRoleDependencies): readonly Operation[] => [
  readOperation({
    id: 'listOrganizationRoles',
    method: 'GET',
    path: '/authorization/organizations/:organizationId/roles',
    tag,
    summary: 'List the roles that apply to an organization, all at once: first those of the environment.',
    permission: 'permissions:read',
    answer: wholeListOf(roleSchema),
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('organization', params.organizationId)
      found(await stores.organizations.byId(id), 'organization', id)
      return listedWhole(await stores.roles.all(id), roleObject)
    },
  }),

  changeOperation({
    id: 'createOrganizationRole',
    method: 'POST',
    path: '/authorization/organizations/:organizationId/roles',
    tag,
    summary: 'Create a role of an organization.',
    permission: 'permissions:write',
    body: z.strictObject({
      slug: z
        .string()
        .meta({ pattern: ORGANIZATION_ROLE_SLUG.source })
        .nullish()
        .describe('Begins with org-; made of the name if absent.'),
      ...descriptionFields,
      resource_type_slug: resourceType,
    }),
    answer: roleSchema,
    status: 201,
    errors: [404, 409],
    handle: ({ params, body: { slug, name, description }, change }) =>
      change(async (acting) => {
        const organizationId = identified('organization', params.organizationId)
        const of = { organizationId, slug: slug ?? undefined }
        const created = await createRole(acting, { ...of, name, description })
        if (created.outcome === 'created') return roleObject(created.role)
        throw roleRefusal(of, created)
      }),
  }),

  readOperation({
    id: 'getOrganizationRole',
    method: 'GET',
    path: '/authorization/organizations/:organizationId/roles/:slug',
    tag,
    summary: 'Get a role that applies to an organization.',
    permission: 'permissions:read',
    answer: roleSchema,
    errors: [404],
    handle: async ({ params }) => {
      const { organizationId, slug } = roleIn(params)
      found(await stores.organizations.byId(organizationId), 'organization', organizationId)
      return roleObject(found(await stores.roles.bySlug(organizationId, slug), 'role', slug))
    },
  }),

  changeOperation({
    id: 'updateOrganizationRole',
    method: 'PATCH',
    path: '/authorization/organizations/:organizationId/roles/:slug',
    tag,
    summary: 'Update the name or the description of a role of an organization.',
    permission: 'permissions:write',
    body: z.strictObject({ ...descriptionFields, name: descriptionFields.name.nullish() }),
    answer: roleSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body: { name, description }, change }) =>
      change(async (acting) => {
        const of = await existing(acting.stores, params)
        const updated = await updateRole(acting, of, { name: name ?? undefined, description })
        return roleAfter(of, updated)
      }),
  }),

  changeOperation({
    id: 'deleteOrganizationRole',
    method: 'DELETE',
    path: '/authorization/organizations/:organizationId/roles/:slug',
    tag,
    summary: 'Delete a role of an organization that no membership has.',
    permission: 'permissions:write',
    status: 204,
    errors: [404, 409],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const of = await existing(acting.stores, params)
        const deleted = await deleteOrganizationRole(acting, of)
        if (deleted.outcome === 'refused') throw roleRefusal(of, deleted)
        return undefined
      }),
  }),

  changeOperation({
    id: 'setOrganizationRolePermissions',
    method: 'PUT',
    path: '/authorization/organizations/:organizationId/roles/:slug/permissions',
    tag,
    summary: 'Replace all permissions of a role of an organization.',
    permission: 'permissions:write',
    body: z.strictObject({ permissions: permissionSlugs }),
    answer: roleSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body: { permissions }, change }) =>
      change(async (acting) => {
        const of = await existing(acting.stores, params)
        const updated = await setRolePermissions(acting, of, permissions)
        return roleAfter(of, updated, permissions)
      }),
  }),

  changeOperation({
    id: 'addOrganizationRolePermission',
    method: 'POST',
    path: '/authorization/organizations/:organizationId/roles/:slug/permissions',
    tag,
    summary: 'Add a permission to a role of an organization.',
    description: 'One that the role has already is answered the same.',
    permission: 'permissions:write',
    body: z.strictObject({ slug: z.string() }),
    answer: roleSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const of = await existing(acting.stores, params)
        const updated = await addRolePermission(acting, of, body.slug)
        return roleAfter(of, updated)
      }),
  }),

  changeOperation({
    id: 'removeOrganizationRolePermission',
    method: 'DELETE',
    path: '/authorization/organizations/:organizationId/roles/:slug/permissions/:permissionSlug',
    tag,
    summary: 'Remove a permission from a role of an organization.',
    permission: 'permissions:write',
    answer: roleSchema,
    status: 200,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const of = await existing(acting.stores, params)
        const updated = await removeRolePermission(acting, of, params.permissionSlug)
        if (updated.outcome === 'updated') return roleObject(updated.role)
        if (updated.code === 'permission_unknown') throw notThere('permission', params.permissionSlug)
        throw roleRefusal(of, updated)
      }),
  }),
]

/** The same of an organization that is there: without this an environment role would be found under any ID. */
const existing = async (
  stores: Pick<Stores, 'organizations'>,
  params: { readonly organizationId: string; readonly slug: string },
) => {
  const of = roleIn(params)
  if (!(await stores.organizations.hold(of.organizationId))) throw notThere('organization', of.organizationId)
  return of
}
