import type { RecordEvent } from '../events/catalogue.ts'
import type { Acting } from '../events/record.ts'
import { organizationRoleObject, roleObject } from '../objects/role.ts'
import { newIdentifier, type OrganizationId } from '../protocol/identifiers.ts'
import {
  DEFAULT_ROLE,
  isEnvironmentRoleSlug,
  isOrganizationRoleSlug,
  organizationRoleSlugOf,
} from '../protocol/slug.ts'
import type { Stores } from '../storage/index.ts'
import type { RoleRecord } from '../storage/stores/roles.ts'
import {
  changedDescription,
  type Described,
  type DescriptionProblem,
  parseDescription,
} from './description.ts'

/*
 * Roles. Those of the environment apply to every organization; an organization may have more of its own, which it
 * alone can give.
 */

export type Role = RoleRecord

/** Which role: one of the environment, or one of an organization. */
export interface RoleOf {
  /** Null: the environment. */
  readonly organizationId: OrganizationId | null
  readonly slug: string
}

export interface NewRole {
  readonly organizationId: OrganizationId | null
  /** A role of an organization is given one after its name. */
  readonly slug?: string | undefined
  readonly name: string
  readonly description?: string | null | undefined
}

type Refused<Code extends string> = { readonly outcome: 'refused'; readonly code: Code }

export type CreatedRole =
  | { readonly outcome: 'created'; readonly role: Role }
  | Refused<'slug_invalid' | DescriptionProblem | 'organization_not_found' | 'role_slug_conflict'>

/** Enough that the names of an organization's roles do not meet. */
const SUFFIX_BYTES = 4

export const createRole = async (
  { stores, now, random, record }: Acting<Pick<Stores, 'roles' | 'organizations'>>,
  { organizationId, ...given }: NewRole,
): Promise<CreatedRole> => {
  const described = parseDescription(given)
  if ('problem' in described) return refused(described.problem)
  const slug =
    given.slug ??
    organizationRoleSlugOf(described.name, Buffer.from(random.bytes(SUFFIX_BYTES)).toString('hex'))
  const isSlug = organizationId === null ? isEnvironmentRoleSlug : isOrganizationRoleSlug
  if (!isSlug(slug)) return refused('slug_invalid')
  // Held until the end of the transaction: the insert must not meet an organization deleted meanwhile.
  if (organizationId !== null && !(await stores.organizations.hold(organizationId))) {
    return refused('organization_not_found')
  }
  const inserted = {
    id: newIdentifier('role', now, random),
    slug,
    ...described,
    organizationId,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.roles.insert(inserted))) return refused('role_slug_conflict')
  const role: Role = { ...inserted, permissions: [] }
  await recordRole(record, 'created', role)
  return { outcome: 'created', role }
}

/** The role that whoever is given no other has; made with the environment. */
export const ensureDefaultRole = async (
  acting: Acting<Pick<Stores, 'roles' | 'organizations'>>,
): Promise<void> => {
  if (await acting.stores.roles.bySlug(null, DEFAULT_ROLE)) return
  // Refused if another node has just made it, which is as good.
  await createRole(acting, { organizationId: null, slug: DEFAULT_ROLE, name: 'Member' })
}

/** `environment_role`: it applies to the organization, and is not the organization's to change. */
type Unchangeable = 'role_not_found' | 'environment_role'

export type UpdatedRole =
  | { readonly outcome: 'updated'; readonly role: Role }
  | Refused<Unchangeable | DescriptionProblem>

/** What is absent stays as it is; an update that changes nothing is no event. */
export const updateRole = async (
  { stores, now, record }: Acting<Pick<Stores, 'roles'>>,
  of: RoleOf,
  change: Partial<{ readonly [Field in keyof Described]: Described[Field] | undefined }>,
): Promise<UpdatedRole> => {
  const found = await lockOwn(stores, of)
  if (found.outcome === 'refused') return found
  const before = found.role
  const described = changedDescription(before, change)
  if ('problem' in described) return refused(described.problem)
  if (described.name === before.name && described.description === before.description) {
    return { outcome: 'updated', role: before }
  }
  await stores.roles.describe(before.id, described, now)
  const role = { ...before, ...described, updatedAt: now }
  await recordRole(record, 'updated', role, before)
  return { outcome: 'updated', role }
}

type PermissionUnknown = Refused<'permission_unknown'> & { readonly slugs: readonly string[] }

export type ChangedPermissions =
  | { readonly outcome: 'updated'; readonly role: Role }
  | Refused<Unchangeable>
  | PermissionUnknown

type ChangeOfPermissions = Acting<Pick<Stores, 'roles' | 'permissions'>>

/** These permissions and no others. */
export const setRolePermissions = (acting: ChangeOfPermissions, of: RoleOf, slugs: readonly string[]) =>
  changePermissions(acting, of, slugs, () => slugs)

/** Had before is as good. */
export const addRolePermission = (acting: ChangeOfPermissions, of: RoleOf, slug: string) =>
  changePermissions(acting, of, [slug], (had) => [...had, slug])

/** `permission_unknown` if the role does not have it. */
export const removeRolePermission = (acting: ChangeOfPermissions, of: RoleOf, slug: string) =>
  changePermissions(acting, of, [], (had) =>
    had.includes(slug) ? had.filter((other) => other !== slug) : permissionUnknown([slug]),
  )

const permissionUnknown = (slugs: readonly string[]): PermissionUnknown => ({
  outcome: 'refused',
  code: 'permission_unknown',
  slugs,
})

/** @param asked those that must be there; one that the role had and that is deleted meanwhile is just gone. */
const changePermissions = async (
  { stores, now, record }: ChangeOfPermissions,
  of: RoleOf,
  asked: readonly string[],
  change: (had: readonly string[]) => readonly string[] | PermissionUnknown,
): Promise<ChangedPermissions> => {
  const found = await lockOwn(stores, of)
  if (found.outcome === 'refused') return found
  const before = found.role
  const wanted = change(before.permissions)
  if ('outcome' in wanted) return wanted
  const wantedOnce = [...new Set(wanted)].sort()
  if (wantedOnce.join(' ') === before.permissions.join(' ')) return { outcome: 'updated', role: before }
  // Held until the end of the transaction: the role must not refer to one deleted meanwhile.
  const permissions = await stores.permissions.hold(wantedOnce)
  const slugs = permissions.map(({ slug }) => slug)
  const unknown = wantedOnce.filter((slug) => asked.includes(slug) && !slugs.includes(slug))
  if (unknown.length > 0) return permissionUnknown(unknown)
  await stores.roles.setPermissions(
    before.id,
    permissions.map(({ id }) => id),
    now,
  )
  const role: Role = { ...before, permissions: slugs, updatedAt: now }
  await recordRole(record, 'updated', role, before)
  return { outcome: 'updated', role }
}

export type DeletedRole = { readonly outcome: 'deleted' } | Refused<Unchangeable | 'role_has_assignments'>

/** Only of an organization, and only one that no membership has. */
export const deleteOrganizationRole = async (
  { stores, record }: Acting<Pick<Stores, 'roles'>>,
  of: RoleOf & { readonly organizationId: OrganizationId },
): Promise<DeletedRole> => {
  const found = await lockOwn(stores, of)
  if (found.outcome === 'refused') return found
  if (!(await stores.roles.deleteUnused(found.role.id))) return refused('role_has_assignments')
  await recordRole(record, 'deleted', found.role)
  return { outcome: 'deleted' }
}

/** For a change: one of the environment is changed as that, never by way of an organization. */
const lockOwn = async (
  stores: Pick<Stores, 'roles'>,
  { organizationId, slug }: RoleOf,
): Promise<{ readonly outcome: 'found'; readonly role: Role } | Refused<Unchangeable>> => {
  const role = await stores.roles.lock(organizationId, slug)
  if (!role) return refused('role_not_found')
  return role.organizationId === organizationId ? { outcome: 'found', role } : refused('environment_role')
}

const recordRole = (
  record: RecordEvent,
  what: 'created' | 'updated' | 'deleted',
  role: Role,
  before: Role = role,
): Promise<void> => {
  const { id: targetId, organizationId } = role
  if (organizationId === null) {
    const data = roleObject(role)
    return what === 'updated'
      ? record({ name: 'role.updated', targetId, data, before: roleObject(before) })
      : record({ name: `role.${what}`, targetId, data })
  }
  const data = organizationRoleObject({ ...role, organizationId })
  return what === 'updated'
    ? record({
        name: 'organization_role.updated',
        targetId,
        organizationId,
        data,
        before: organizationRoleObject({ ...before, organizationId }),
      })
    : record({ name: `organization_role.${what}`, targetId, organizationId, data })
}

const refused = <Code extends string>(code: Code): Refused<Code> => ({ outcome: 'refused', code })
