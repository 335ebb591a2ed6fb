import { consentWithdrawn, keyRevoked, membershipDeleted } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { organizationMembershipObject } from '../objects/organization-membership.ts'
import { newIdentifier, type OrganizationId, type UserId } from '../protocol/identifiers.ts'
import { DEFAULT_ROLE } from '../protocol/slug.ts'
import type { Stores } from '../storage/index.ts'
import type { MembershipInFull, MembershipRecord, WhichMembership } from '../storage/stores/memberships.ts'

/** A user in an organization. */
export type Membership = MembershipInFull

export interface MembershipOf {
  readonly userId: UserId
  readonly organizationId: OrganizationId
}

type OfMemberships = Acting<Pick<Stores, 'memberships'>>
export type MembershipChange = Acting<Pick<Stores, 'memberships' | 'organizations' | 'roles' | 'users'>>

type Refused<Code extends string> = { readonly outcome: 'refused'; readonly code: Code }

/** `unchanged`: it was so already, which is no event. */
type Changed = { readonly outcome: 'changed' | 'unchanged'; readonly membership: Membership }

export type AddedMember =
  | { readonly outcome: 'added'; readonly membership: Membership }
  | Refused<
      'user_not_found' | 'organization_not_found' | 'invalid_role' | 'already_member' | 'pending_membership'
    >

/** Makes the user a member; a former one becomes active again, in the role that is given now. */
export const addMember = async (
  acting: MembershipChange,
  {
    userId,
    organizationId,
    roleSlug,
  }: MembershipOf & {
    /** One that applies to the organization. */
    readonly roleSlug?: string | undefined
  },
): Promise<AddedMember> => {
  const { stores, now, random, record } = acting
  // Held until the end of the transaction: the insert must not meet a user or organization deleted meanwhile.
  if (!(await stores.users.hold(userId))) return { outcome: 'refused', code: 'user_not_found' }
  if (!(await stores.organizations.hold(organizationId))) {
    return { outcome: 'refused', code: 'organization_not_found' }
  }
  if (roleSlug !== undefined && !(await stores.roles.hold(organizationId, roleSlug))) {
    return { outcome: 'refused', code: 'invalid_role' }
  }
  const membership: MembershipRecord = {
    id: newIdentifier('membership', now, random),
    userId,
    organizationId,
    roleSlug: roleSlug ?? DEFAULT_ROLE,
    status: 'active',
    createdAt: now,
    updatedAt: now,
  }
  if (await stores.memberships.insert(membership)) {
    const added = await inFull(acting, membership)
    await record({ name: 'organization_membership.created', ...about(added) })
    return { outcome: 'added', membership: added }
  }
  const former = await stores.memberships.lock({ userId, organizationId })
  if (former?.status === 'pending') return { outcome: 'refused', code: 'pending_membership' }
  const restored = former && (await stores.memberships.restore(former.id, membership.roleSlug, now))
  if (!restored) return { outcome: 'refused', code: 'already_member' }
  return { outcome: 'added', membership: await recordUpdate(acting, former, restored) }
}

/** The user may no longer act for the organization: its tokens are inactive at once. */
export const deactivateMembership = (acting: OfMemberships, which: WhichMembership) =>
  setStatus(acting, which, 'inactive')

/** In the role it had. */
export const reactivateMembership = (acting: OfMemberships, which: WhichMembership) =>
  setStatus(acting, which, 'active')

const setStatus = async (
  acting: OfMemberships,
  which: WhichMembership,
  status: 'active' | 'inactive',
): Promise<Changed | Refused<'membership_not_found' | 'pending_membership'>> => {
  const { stores, now } = acting
  const before = await stores.memberships.lock(which)
  if (!before) return { outcome: 'refused', code: 'membership_not_found' }
  if (before.status === 'pending') return { outcome: 'refused', code: 'pending_membership' }
  const after = await stores.memberships.setStatus(before.userId, before.organizationId, status, now)
  return after
    ? { outcome: 'changed', membership: await recordUpdate(acting, before, after) }
    : { outcome: 'unchanged', membership: await inFull(acting, before) }
}

export const changeRole = async (
  acting: Acting<Pick<Stores, 'memberships' | 'roles'>>,
  which: WhichMembership,
  roleSlug: string,
): Promise<Changed | Refused<'membership_not_found' | 'invalid_role'>> => {
  const { stores, now } = acting
  const before = await stores.memberships.lock(which)
  if (!before) return { outcome: 'refused', code: 'membership_not_found' }
  if (!(await stores.roles.hold(before.organizationId, roleSlug))) {
    return { outcome: 'refused', code: 'invalid_role' }
  }
  const after = await stores.memberships.setRole(before.id, roleSlug, now)
  return after
    ? { outcome: 'changed', membership: await recordUpdate(acting, before, after) }
    : { outcome: 'unchanged', membership: await inFull(acting, before) }
}

/**
 * False if the user is no member. What the user agreed to in the name of the organization ends, and with it all that was
 * granted so: it must not come to life again when somebody makes the user a member once more. The user's keys for the
 * organization end, too.
 */
export const removeMember = async (
  acting: Acting<Pick<Stores, 'clients' | 'consents' | 'customerKeys' | 'memberships'>>,
  which: WhichMembership,
): Promise<boolean> => {
  const { stores, record } = acting
  const membership = await stores.memberships.lockToDelete(which)
  if (!membership) return false
  const before = await inFull(acting, membership)
  const { userId, organizationId } = before
  const keys = await stores.customerKeys.deleteOf(userId, organizationId)
  const consents = await stores.consents.withdrawInNameOf(userId, organizationId)
  const clients = await stores.clients.byIds(consents.map(({ applicationId }) => applicationId))
  await stores.memberships.delete(userId, organizationId)
  await record(
    ...keys.map(keyRevoked),
    ...consents.flatMap((consent) => {
      const client = clients.get(consent.applicationId)
      return client ? [consentWithdrawn(consent, client)] : []
    }),
    membershipDeleted(before),
  )
  return true
}

/** As it is in this transaction, where it is held or locked, and the user and the organization with it. */
const inFull = async (
  { stores }: Pick<OfMemberships, 'stores'>,
  { id }: Pick<MembershipRecord, 'id'>,
): Promise<Membership> => {
  const membership = await stores.memberships.inFull(id)
  if (!membership) throw new Error(`The membership ${id} went away while it was held.`)
  return membership
}

const recordUpdate = async (
  acting: OfMemberships,
  before: MembershipRecord,
  after: MembershipRecord,
): Promise<Membership> => {
  const membership = await inFull(acting, after)
  await acting.record({
    name: 'organization_membership.updated',
    ...about(membership),
    before: organizationMembershipObject({ ...membership, ...before }),
  })
  return membership
}

const about = (membership: Membership) => ({
  targetId: membership.id,
  organizationId: membership.organizationId,
  data: organizationMembershipObject(membership),
})
