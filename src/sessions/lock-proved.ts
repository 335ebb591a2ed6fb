import type { Stores } from '../storage/index.ts'
import type { UserRecord } from '../storage/stores/users.ts'
import { fingerprintOf, type Proof } from './sign-in-progress.ts'
import { isStillTheirs } from './still-theirs.ts'

/**
 * Holds whoever proved to be that user to it, at the moment of what they do with it: who resets a password, removes a passkey
 * or disconnects a provider has done so by now, or waits until the transaction ends.
 *
 * @returns undefined if what was proved holds no more.
 */
export const lockProved = async (
  stores: Pick<Stores, 'users' | 'sessions' | 'passkeys' | 'identities'>,
  proved: Proof,
): Promise<UserRecord | undefined> => {
  const { userId, passwordFingerprint, sessionId } = proved
  const user = await stores.users.lock(userId)
  if (!user || !(await isStillTheirs(stores, proved))) return undefined
  if (sessionId !== undefined && !(await stores.sessions.isOf(sessionId, userId))) return undefined
  return passwordFingerprint === undefined || fingerprintOf(user.passwordHash) === passwordFingerprint
    ? user
    : undefined
}
