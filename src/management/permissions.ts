import { z } from 'zod'
import type { ClientRegistry } from '../clients/client-registry.ts'
import { listObject, listOf } from '../objects/list.ts'
import { permissionObject, permissionSchema } from '../objects/permission.ts'
import { createPermission, deletePermission, updatePermission } from '../permissions/permission.ts'
import { PERMISSION_SLUG } from '../protocol/slug.ts'
import type { Stores } from '../storage/index.ts'
import { descriptionFields, descriptionRefusal, resourceType } from './description-fields.ts'
import { found, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { conflict, invalidField } from './refusal.ts'

export interface PermissionDependencies {
  readonly stores: Pick<Stores, 'permissions'>
  readonly clientRegistry: Pick<ClientRegistry, 'invalidate'>
}

const tag = 'Permissions'

export const permissionOperations = ({
  stores,
  clientRegistry,
}: PermissionDependencies): readonly Operation[] => [
  readOperation({
    id: 'listPermissions',
    method: 'GET',
    path: '/authorization/permissions',
    tag,
    summary: 'List permissions.',
    permission: 'permissions:read',
    query: z.strictObject(pageParameters),
    answer: listOf(permissionSchema),
    errors: [],
    handle: async ({ query }) =>
      listObject(
        cursorsOf(await stores.permissions.page(pageOf('permission', query)), query),
        permissionObject,
      ),
  }),

  changeOperation({
    id: 'createPermission',
    method: 'POST',
    path: '/authorization/permissions',
    tag,
    summary: 'Create a permission.',
    description:
      'It can then be given to roles and customers’ keys, and assigned to applications as a scope.',
    permission: 'permissions:write',
    body: z.strictObject({
      slug: z
        .string()
        .meta({ pattern: PERMISSION_SLUG.source })
        .describe('Lower-case letters, digits and _ : . * -; never changes. Not a scope of OpenID Connect.'),
      ...descriptionFields,
      resource_type_slug: resourceType,
    }),
    answer: permissionSchema,
    status: 201,
    errors: [409],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const created = await createPermission(acting, body)
        if (created.outcome === 'created') return permissionObject(created.permission)
        switch (created.code) {
          case 'slug_invalid':
            throw invalidField(
              'slug',
              created.code,
              'has 1 to 48 characters of a-z, 0-9 and _ : . * -, more than dots, and is no scope of OpenID Connect.',
            )
          case 'permission_slug_conflict':
            throw conflict(created.code, 'There is a permission of that slug.')
          default:
            throw descriptionRefusal(created.code)
        }
      }),
  }),

  readOperation({
    id: 'getPermission',
    method: 'GET',
    path: '/authorization/permissions/:slug',
    tag,
    summary: 'Get a permission.',
    permission: 'permissions:read',
    answer: permissionSchema,
    errors: [404],
    handle: async ({ params: { slug } }) =>
      permissionObject(found(await stores.permissions.bySlug(slug), 'permission', slug)),
  }),

  changeOperation({
    id: 'updatePermission',
    method: 'PATCH',
    path: '/authorization/permissions/:slug',
    tag,
    summary: 'Update the name or the description of a permission.',
    permission: 'permissions:write',
    body: z.strictObject({ ...descriptionFields, name: descriptionFields.name.nullish() }),
    answer: permissionSchema,
    status: 200,
    errors: [404],
    handle: ({ params: { slug }, body: { name, description }, change }) =>
      change(async (acting) => {
        const updated = await updatePermission(acting, slug, { name: name ?? undefined, description })
        if (updated.outcome === 'updated') return permissionObject(updated.permission)
        if (updated.code === 'permission_not_found') throw notThere('permission', slug)
        throw descriptionRefusal(updated.code)
      }),
  }),

  changeOperation({
    id: 'deletePermission',
    method: 'DELETE',
    path: '/authorization/permissions/:slug',
    tag,
    summary: 'Delete a permission.',
    description:
      'It ends in roles, applications, consents and customers’ keys. Access tokens that name it live out their minutes, but introspection does not name it any more.',
    permission: 'permissions:write',
    status: 204,
    errors: [404],
    handle: ({ params: { slug }, change }) =>
      change(async (acting) => {
        const deleted = await deletePermission(acting, slug)
        if (deleted.outcome === 'refused') throw notThere('permission', slug)
        // Other nodes are told by the database.
        acting.afterCommit(() => deleted.clientIds.forEach(clientRegistry.invalidate))
        return undefined
      }),
  }),
]
