import type { Acting } from '../events/record.ts'
import type { IdentityProviderId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { remainsWayIn, waysInOf } from './ways-in.ts'

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
  if (!user) return 'not_linked'
  const ways = await waysInOf(stores, user, countsPasskeys)
  if (!remainsWayIn(ways, providerId)) return 'only_way_in'
  const deleted = await stores.identities.deleteOf(userId, providerId)
  for (const { subject } of deleted) {
    await record({
      name: 'identity.unlinked',
      targetId: userId,
      organizationId: ways.identities.find((each) => each.providerId === providerId)?.organizationId ?? null,
      data: { identity_provider_id: providerId, subject },
    })
  }
  return deleted.length > 0 ? 'unlinked' : 'not_linked'
}
