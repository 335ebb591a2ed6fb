import type { IdentityProviderId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { ListedIdentity } from '../storage/stores/identities.ts'
import type { User } from '../users/user.ts'

/*
 * The last way in stays: nobody shuts themselves out by a button of their account. An operator may shut somebody out.
 */

/** What somebody could sign in with. */
export interface WaysIn {
  readonly hasPassword: boolean
  /** Those that can be used here: none where passkeys are switched off. */
  readonly passkeys: number
  readonly identities: readonly ListedIdentity[]
}

/** As they are, of a user that is locked as they stay. */
export const waysInOf = async (
  stores: Pick<Stores, 'identities' | 'passkeys'>,
  { id, passwordHash }: Pick<User, 'id' | 'passwordHash'>,
  countsPasskeys: boolean,
): Promise<WaysIn> => {
  const { passkeys } = await stores.passkeys.secondFactorsOf(id)
  return {
    hasPassword: passwordHash !== null,
    passkeys: countsPasskeys ? passkeys : 0,
    identities: await stores.identities.ofUser(id),
  }
}

/** @param without what is to go: a provider, as a whole, or one passkey. */
export const remainsWayIn = (
  { hasPassword, passkeys, identities }: WaysIn,
  without: IdentityProviderId | 'passkey',
): boolean =>
  hasPassword ||
  passkeys > (without === 'passkey' ? 1 : 0) ||
  identities.some(({ providerId, isEnabled }) => isEnabled && providerId !== without)
