import type { Acting } from '../events/record.ts'
import { addMember, type MembershipChange } from '../organizations/membership.ts'
import type { IdentityProviderId, OrganizationId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'

/** What a provider calls somebody, who has proved to be a user here. */
export interface Identity {
  readonly providerId: IdentityProviderId
  readonly subject: string
  /** As the provider says. */
  readonly email: string
  /** The provider's; its people are members. */
  readonly organizationId: OrganizationId | null
}

export type IdentityChange = Acting<
  MembershipChange['stores'] & Pick<Stores, 'identities' | 'identityProviders'>
>

/** False if it is somebody's already, or the provider is gone. */
export const linkIdentity = async (
  acting: IdentityChange,
  userId: UserId,
  { providerId, subject, email, organizationId }: Identity,
): Promise<boolean> => {
  const { stores, now, record } = acting
  // Held until the end of the transaction: the inserts must not meet what was deleted meanwhile. In the order in which an
  // organization is deleted, or each of the two would have what the other waits for.
  if (organizationId !== null && !(await stores.organizations.hold(organizationId))) return false
  if (!(await stores.identityProviders.hold(providerId))) return false
  const identity = { providerId, subject, userId, email, createdAt: now, lastUsedAt: now }
  if (!(await stores.identities.insert(identity))) return false
  await record({
    name: 'identity.linked',
    targetId: userId,
    organizationId,
    data: { identity_provider_id: providerId, subject },
  })
  // Who is a member, or was made none, stays so.
  const isKnown = organizationId !== null && (await stores.memberships.lock({ userId, organizationId }))
  if (organizationId !== null && !isKnown) await addMember(acting, { userId, organizationId })
  return true
}
