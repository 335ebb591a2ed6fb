import type { Acting } from '../events/record.ts'
import { passkeyObject } from '../objects/passkey.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { dropIdleRecoveryCodes } from './recovery-codes.ts'
import { removeTotp } from './totp-factor.ts'

/**
 * Takes everything away, of a user that is locked: whoever set it up, before anybody had proved the address of the account,
 * need not be its owner (users/verify-email.ts).
 */
export const forgetFactors = async (
  acting: Acting<Pick<Stores, 'users' | 'totpFactors' | 'passkeys' | 'recoveryCodes'>>,
  userId: UserId,
): Promise<void> => {
  const { stores, record } = acting
  const factor = await stores.totpFactors.ofUser(userId)
  if (factor) await removeTotp(acting, factor.id)
  for (const { id } of await stores.passkeys.ofUser(userId)) {
    const removed = await stores.passkeys.delete({ id, userId })
    if (removed) await record({ name: 'passkey.deleted', targetId: id, data: passkeyObject(removed) })
  }
  await dropIdleRecoveryCodes(acting, userId)
}
