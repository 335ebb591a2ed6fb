import type { Acting } from '../events/record.ts'
import type { IdentityProviderId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { ListedIdentity } from '../storage/stores/identities.ts'

/** What somebody could sign in with. */
export interface WaysIn {
  readonly hasPassword: boolean
  /** Those that can be used here: none where passkeys are switched off. */
  readonly passkeys: number
  readonly identities: readonly Pick<ListedIdentity, 'providerId' | 'isEnabled'>[]
}

export const remainsWayIn = (
  { hasPassword, passkeys, identities }: WaysIn,
  without: IdentityProviderId,
): boolean =>
  hasPassword ||
  passkeys > 0 ||
  identities.some(({ providerId, isEnabled }) => isEnabled && providerId !== without)

export type Unlinking = 'unlinked' | 'not_linked' | 'only_way_in'

/** All that the provider calls the user. The last way in stays. */
export const unlinkIdentities = async (
  { stores, record }: Acting<Pick<Stores, 'users' | 'identities' | 'passkeys'>>,
  userId: UserId,
  providerId: IdentityProviderId,
  countsPasskeys: boolean,
): Promise<Unlinking> => {
  // Of two at once, the second is to see what the first has left.
  const user = await stores.users.lock(userId)
  const [identities, { passkeys }] = [
    await stores.identities.ofUser(userId),
    await stores.passkeys.secondFactorsOf(userId),
  ]
  const ways = {
    hasPassword: (user?.passwordHash ?? null) !== null,
    passkeys: countsPasskeys ? passkeys : 0,
    identities,
  }
  if (!remainsWayIn(ways, providerId)) return 'only_way_in'
  const deleted = await stores.identities.deleteOf(userId, providerId)
  for (const { subject } of deleted) {
    await record({
      name: 'identity.unlinked',
      targetId: userId,
      organizationId: identities.find((each) => each.providerId === providerId)?.organizationId ?? null,
      data: { identity_provider_id: providerId, subject },
    })
  }
  return deleted.length > 0 ? 'unlinked' : 'not_linked'
}
