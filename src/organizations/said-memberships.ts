import type { OrganizationId, UserId } from '../protocol/identifiers.ts'
import {
  type AddedMember,
  addMember,
  changeRole,
  deactivateMembership,
  type MembershipChange,
  reactivateMembership,
} from './membership.ts'

/** An organization of somebody, as the operator's own application says. */
export interface SaidOrganization {
  readonly organization: { readonly id: OrganizationId } | { readonly externalId: string }
  /** What is left out stays; for somebody new, the default. */
  readonly roleSlug: string | undefined
}

type Refused = Extract<AddedMember, { readonly outcome: 'refused' }>

export type SavedMemberships =
  | { readonly outcome: 'saved' }
  | { readonly outcome: 'refused'; readonly code: Refused['code']; readonly index: number }

/**
 * Makes the user a member of each, active and in the role that is said. Where these are all, the others are deactivated, not
 * deleted: what somebody set up there is there again when they are back. The caller rolls back what was refused.
 */
export const saveSaidMemberships = async (
  acting: MembershipChange,
  userId: UserId,
  said: readonly SaidOrganization[],
  areComplete: boolean,
): Promise<SavedMemberships> => {
  const kept = new Set<OrganizationId>()
  for (const [index, { organization, roleSlug }] of said.entries()) {
    const organizationId =
      'id' in organization
        ? organization.id
        : (await acting.stores.organizations.byExternalId(organization.externalId))?.id
    if (organizationId === undefined) return { outcome: 'refused', code: 'organization_not_found', index }
    const refused = await saveMembership(acting, userId, organizationId, roleSlug)
    if (refused) return { outcome: 'refused', code: refused, index }
    kept.add(organizationId)
  }
  if (!areComplete) return { outcome: 'saved' }
  for (const { organizationId } of await acting.stores.memberships.activeOf(userId)) {
    if (!kept.has(organizationId)) await deactivateMembership(acting, { userId, organizationId })
  }
  return { outcome: 'saved' }
}

/** @returns why not. */
const saveMembership = async (
  acting: MembershipChange,
  userId: UserId,
  organizationId: OrganizationId,
  roleSlug: string | undefined,
): Promise<Refused['code'] | undefined> => {
  const which = { userId, organizationId }
  const there = await acting.stores.memberships.lock(which)
  if (there?.status === 'active') {
    if (roleSlug === undefined || roleSlug === there.roleSlug) return undefined
    const changed = await changeRole(acting, which, roleSlug)
    return changed.outcome === 'refused' ? 'invalid_role' : undefined
  }
  if (there?.status === 'inactive' && roleSlug === undefined) {
    await reactivateMembership(acting, which)
    return undefined
  }
  const added = await addMember(acting, { ...which, roleSlug })
  return added.outcome === 'refused' ? added.code : undefined
}
