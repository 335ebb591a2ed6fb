import type { Acting } from '../events/record.ts'
import { permissionObject } from '../objects/permission.ts'
import { type ClientId, newIdentifier } from '../protocol/identifiers.ts'
import { isPermissionSlug } from '../protocol/slug.ts'
import type { Stores } from '../storage/index.ts'
import type { PermissionRecord } from '../storage/stores/permissions.ts'
import { changedDescription, type DescriptionProblem, parseDescription } from './description.ts'

/*
 * Permissions and the roles that bundle them. A permission's slug is also an OAuth scope: it can be assigned to
 * applications, and people read its name and description when they are asked for consent.
 */

export type Permission = PermissionRecord

export interface NewPermission {
  readonly slug: string
  readonly name: string
  readonly description?: string | null | undefined
}

export type CreatedPermission =
  | { readonly outcome: 'created'; readonly permission: Permission }
  | {
      readonly outcome: 'refused'
      readonly code: 'slug_invalid' | DescriptionProblem | 'permission_slug_conflict'
    }

export const createPermission = async (
  { stores, now, random, record }: Acting<Pick<Stores, 'permissions'>>,
  { slug, ...given }: NewPermission,
): Promise<CreatedPermission> => {
  if (!isPermissionSlug(slug)) return { outcome: 'refused', code: 'slug_invalid' }
  const described = parseDescription(given)
  if ('problem' in described) return { outcome: 'refused', code: described.problem }
  const permission: Permission = {
    id: newIdentifier('permission', now, random),
    slug,
    ...described,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.permissions.insert(permission))) {
    return { outcome: 'refused', code: 'permission_slug_conflict' }
  }
  await record({ name: 'permission.created', targetId: permission.id, data: permissionObject(permission) })
  return { outcome: 'created', permission }
}

export type UpdatedPermission =
  | { readonly outcome: 'updated'; readonly permission: Permission }
  | { readonly outcome: 'refused'; readonly code: DescriptionProblem | 'permission_not_found' }

/** What is absent stays as it is; an update that changes nothing is no event. */
export const updatePermission = async (
  { stores, now, record }: Acting<Pick<Stores, 'permissions'>>,
  slug: string,
  change: { readonly name?: string | undefined; readonly description?: string | null | undefined },
): Promise<UpdatedPermission> => {
  const before = await stores.permissions.lock(slug)
  if (!before) return { outcome: 'refused', code: 'permission_not_found' }
  const described = changedDescription(before, change)
  if ('problem' in described) return { outcome: 'refused', code: described.problem }
  if (described.name === before.name && described.description === before.description) {
    return { outcome: 'updated', permission: before }
  }
  const permission: Permission = { ...before, ...described, updatedAt: now }
  await stores.permissions.describe(before.id, described, now)
  await record({
    name: 'permission.updated',
    targetId: before.id,
    data: permissionObject(permission),
    before: permissionObject(before),
  })
  return { outcome: 'updated', permission }
}

export type DeletedPermission =
  | {
      readonly outcome: 'deleted'
      /** Applications that may ask for it no more; caches have to learn of it. */
      readonly clientIds: readonly ClientId[]
    }
  | { readonly outcome: 'refused'; readonly code: 'permission_not_found' }

/**
 * Takes it out of all that names it: roles, applications, consents and customers' keys; were another made under the
 * same slug, nobody would have it by old. Whoever adds it to one of these holds it (FOR KEY SHARE), so nothing is
 * added behind our back.
 *
 * Grants are left alone: there are many more of them, and what a grant gives is no more than its consent says, in the
 * very read that finds the grant (storage/stores/authorization-grants.ts). So codes that are not redeemed yet, refresh
 * tokens and introspection go without the permission from the moment of the commit.
 */
export const deletePermission = async (
  { stores, now, record }: Acting<Pick<Stores, 'permissions' | 'clients' | 'consents' | 'customerKeys'>>,
  slug: string,
): Promise<DeletedPermission> => {
  const permission = await stores.permissions.lock(slug)
  if (!permission) return { outcome: 'refused', code: 'permission_not_found' }
  const clientIds = await stores.clients.loseScope(slug, now)
  await stores.consents.loseScope(slug, now)
  await stores.customerKeys.losePermission(slug, now)
  await stores.permissions.delete(permission.id)
  await record({ name: 'permission.deleted', targetId: permission.id, data: permissionObject(permission) })
  return { outcome: 'deleted', clientIds }
}
