import type { Acting } from '../events/record.ts'
import { passkeyObject } from '../objects/passkey.ts'
import { newIdentifier, type PasskeyId, type UserId } from '../protocol/identifiers.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { PasskeyRecord } from '../storage/stores/passkeys.ts'
import { isFirstAnswer, type PasskeyChallenge } from './passkey-challenge.ts'
import { dropIdleRecoveryCodes } from './recovery-codes.ts'
import {
  passkeyAlgorithms,
  problemOf,
  type RegistrationAnswer,
  type RelyingParty,
  readRegistration,
} from './relying-party.ts'

/** More than anybody has devices. */
export const MAXIMUM_PASSKEYS = 20

export const MAXIMUM_PASSKEY_NAME_LENGTH = 60

export const parsePasskeyName = (text: string): string | undefined =>
  parseLine(text, MAXIMUM_PASSKEY_NAME_LENGTH)

/** What an authenticator made, once it has been verified. */
export type NewPasskey = Pick<
  PasskeyRecord,
  'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'isSynced' | 'isBackedUp'
>

/** WebAuthn §7.1. @returns why not, for the log. */
export const verifyNewPasskey = async (
  { origin, id }: RelyingParty,
  { challenge }: Pick<PasskeyChallenge, 'challenge'>,
  answer: string,
): Promise<NewPasskey | { readonly problem: string }> => {
  const response = readRegistration(answer)
  if (!response) return { problem: 'the answer cannot be read' }
  // Hundreds of modules, for which a start does not wait.
  const [{ verifyRegistrationResponse }, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ])
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: withoutAttestation(helpers, response),
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      // Of one that cannot verify its user, which is good for a second factor.
      requireUserVerification: false,
      supportedAlgorithmIDs: [...passkeyAlgorithms],
    })
    if (!verified) return { problem: 'the attestation is not valid' }
    const { credential, credentialDeviceType, credentialBackedUp } = registrationInfo
    return {
      credentialId: credential.id,
      publicKey: credential.publicKey,
      signCount: credential.counter,
      transports: response.response.transports,
      isSynced: credentialDeviceType === 'multiDevice',
      isBackedUp: credentialBackedUp,
    }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

/**
 * WebAuthn §8.7: as if it had come without. None is asked for, and verifying one that comes nevertheless would have us fetch
 * lists of revoked certificates from wherever it says.
 */
const withoutAttestation = (
  { decodeAttestationObject, isoBase64URL, isoCBOR }: typeof import('@simplewebauthn/server/helpers'),
  { response, ...answer }: RegistrationAnswer,
) => {
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject)).get('authData')
  const bare = new Map<string, unknown>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authData],
  ])
  return {
    ...answer,
    response: { ...response, attestationObject: isoBase64URL.fromBuffer(isoCBOR.encode(bare as never)) },
  }
}

export type AddedPasskey =
  | { readonly outcome: 'added'; readonly passkey: PasskeyRecord }
  | { readonly outcome: 'answered_before' | 'taken' | 'too_many' | 'user_not_found' }

type Authenticators = Pick<Stores, 'users' | 'passkeys' | 'seenOnce' | 'recoveryCodes'>

export const addPasskey = async (
  { stores, now, random, record }: Acting<Pick<Authenticators, 'users' | 'passkeys' | 'seenOnce'>>,
  made: NewPasskey,
  {
    userId,
    name,
    challenge,
  }: { readonly userId: UserId; readonly name: string; readonly challenge: PasskeyChallenge },
): Promise<AddedPasskey> => {
  // Locked, so that of several added at once none is one too many.
  if (!(await stores.users.lock(userId))) return { outcome: 'user_not_found' }
  if (!(await isFirstAnswer(stores, challenge))) return { outcome: 'answered_before' }
  if ((await stores.passkeys.ofUser(userId)).length >= MAXIMUM_PASSKEYS) return { outcome: 'too_many' }
  const passkey: PasskeyRecord = {
    ...made,
    id: newIdentifier('passkey', now, random),
    userId,
    name,
    lastUsedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.passkeys.insert(passkey))) return { outcome: 'taken' }
  await record({ name: 'passkey.created', targetId: passkey.id, data: passkeyObject(passkey) })
  return { outcome: 'added', passkey }
}

/** False if the user has none such. */
export const renamePasskey = async (
  { stores, now, record }: Acting<Pick<Authenticators, 'users' | 'passkeys'>>,
  of: { readonly id: PasskeyId; readonly userId: UserId },
  name: string,
): Promise<boolean> => {
  await stores.users.lock(of.userId)
  const before = (await stores.passkeys.ofUser(of.userId)).find(({ id }) => id === of.id)
  const renamed = before && (await stores.passkeys.rename(of, name, now))
  if (!renamed) return false
  if (before.name !== name) {
    await record({
      name: 'passkey.updated',
      targetId: of.id,
      data: passkeyObject(renamed),
      before: passkeyObject(before),
    })
  }
  return true
}

/** Undefined if the user has none such. */
export const removePasskey = async (
  acting: Acting<Pick<Authenticators, 'users' | 'passkeys' | 'recoveryCodes'>>,
  of: { readonly id: PasskeyId; readonly userId: UserId },
): Promise<PasskeyRecord | undefined> => {
  // Of the last two at once, one is to see that recovery codes have nothing left to stand in for.
  await acting.stores.users.lock(of.userId)
  const removed = await acting.stores.passkeys.delete(of)
  if (!removed) return undefined
  await acting.record({ name: 'passkey.deleted', targetId: removed.id, data: passkeyObject(removed) })
  await dropIdleRecoveryCodes(acting, of.userId)
  return removed
}
