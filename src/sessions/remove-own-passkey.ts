import { removePasskey } from '../authenticators/passkey.ts'
import type { Acting } from '../events/record.ts'
import type { PasskeyId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { remainsWayIn, waysInOf } from './ways-in.ts'

export type OwnPasskeyRemoval = 'removed' | 'not_there' | 'only_way_in'

/** By its user, where passkeys are on. The last way in stays. */
export const removeOwnPasskey = async (
  acting: Acting<Pick<Stores, 'users' | 'identities' | 'passkeys' | 'recoveryCodes'>>,
  of: { readonly id: PasskeyId; readonly userId: UserId },
): Promise<OwnPasskeyRemoval> => {
  const { stores } = acting
  // Of two at once, the second is to see what the first has left.
  const user = await stores.users.lock(of.userId)
  if (!user || !(await stores.passkeys.haveAll(of.userId, [of.id]))) return 'not_there'
  if (!remainsWayIn(await waysInOf(stores, user, true), 'passkey')) return 'only_way_in'
  return (await removePasskey(acting, of)) ? 'removed' : 'not_there'
}
