import type { RecordEvent } from '../events/catalogue.ts'
import { newIdentifier, type OrganizationId, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { MembershipRecord } from '../storage/stores/memberships.ts'
import type { Random } from '../system/random.ts'

/** A user in an organization. */
export type Membership = MembershipRecord

/** The role of whoever is given no other; that of WorkOS. */
const DEFAULT_ROLE = 'member'

export interface MembershipOf {
  readonly userId: UserId
  readonly organizationId: OrganizationId
}

export interface MembershipChange {
  readonly stores: Pick<Stores, 'memberships' | 'organizations' | 'users'>
  readonly now: Date
  readonly random: Random
  readonly record: RecordEvent
}

export type AddedMember =
  | { readonly outcome: 'added'; readonly membership: Membership }
  | {
      readonly outcome: 'refused'
      readonly code: 'user_not_found' | 'organization_not_found' | 'already_member'
    }

export const addMember = async (
  { stores, now, random, record }: MembershipChange,
  { userId, organizationId, roleSlug }: MembershipOf & { readonly roleSlug?: string | undefined },
): Promise<AddedMember> => {
  // Held until the end of the transaction: the insert must not meet a user or organization deleted meanwhile.
  if (!(await stores.users.hold(userId))) return { outcome: 'refused', code: 'user_not_found' }
  if (!(await stores.organizations.hold(organizationId))) {
    return { outcome: 'refused', code: 'organization_not_found' }
  }
  const membership: Membership = {
    id: newIdentifier('membership', now, random),
    userId,
    organizationId,
    roleSlug: roleSlug ?? DEFAULT_ROLE,
    status: 'active',
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.memberships.insert(membership))) return { outcome: 'refused', code: 'already_member' }
  await recordMembership(record, 'organization_membership.created', membership)
  return { outcome: 'added', membership }
}

type StatusChange = Omit<MembershipChange, 'stores' | 'random'> & {
  readonly stores: Pick<Stores, 'memberships'>
}

/** The user may no longer act for the organization. Undefined if there is no membership, or an inactive one. */
export const deactivateMembership = (change: StatusChange, of: MembershipOf) =>
  setStatus(change, of, 'inactive')

/** Undefined if there is no membership, or an active one. */
export const reactivateMembership = (change: StatusChange, of: MembershipOf) =>
  setStatus(change, of, 'active')

const setStatus = async (
  { stores, now, record }: StatusChange,
  { userId, organizationId }: MembershipOf,
  status: Membership['status'],
): Promise<Membership | undefined> => {
  const membership = await stores.memberships.setStatus(userId, organizationId, status, now)
  if (membership) await recordMembership(record, 'organization_membership.updated', membership)
  return membership
}

/** False if the user is no member. */
export const removeMember = async (
  { stores, record }: Pick<StatusChange, 'stores' | 'record'>,
  { userId, organizationId }: MembershipOf,
): Promise<boolean> => {
  const membership = await stores.memberships.delete(userId, organizationId)
  if (!membership) return false
  await recordMembership(record, 'organization_membership.deleted', membership)
  return true
}

const recordMembership = (
  record: RecordEvent,
  name: `organization_membership.${'created' | 'updated' | 'deleted'}`,
  { id, userId, organizationId, status }: Membership,
): Promise<void> => record({ name, targetId: id, organizationId, data: { user_id: userId, status } })
