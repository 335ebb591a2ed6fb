import type { Stores } from '../storage/index.ts'
import type { Proof } from './sign-in-progress.ts'

/**
 * Whether somebody has still what they showed some minutes ago: passkeys that were not removed, an identity at a provider
 * that is switched on and was not disconnected, the mailbox of the address that the account has.
 */
export const isStillTheirs = async (
  stores: Pick<Stores, 'users' | 'passkeys' | 'identities'>,
  { userId, passkeyIds, providerId, subject, normalizedEmail }: Proof,
): Promise<boolean> => {
  if (passkeyIds.length > 0 && !(await stores.passkeys.haveAll(userId, passkeyIds))) return false
  if (normalizedEmail !== undefined) {
    const user = await stores.users.byId(userId)
    if (user?.normalizedEmail !== normalizedEmail) return false
  }
  if (providerId === undefined) return true
  return subject !== undefined && (await stores.identities.isUsable({ userId, providerId, subject }))
}
