import type { Acting } from '../events/record.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { hmacSha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'

/*
 * For whoever has lost what they sign in with. Shown once. Kept as an HMAC under a key that is not in the database: 50
 * bits could be found from a plain hash.
 */

export const RECOVERY_CODES = 10

/** When so many are left, their user is told to make new ones. */
export const FEW_RECOVERY_CODES = 3

/** Crockford's base 32: no letter that looks like another, or like a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 10

/** 50 random bits, in two groups of five. */
const newCode = (random: Random): string => {
  const letters = Array.from(random.bytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`
}

const LOOKALIKES: Readonly<Record<string, string>> = { o: '0', i: '1', l: '1' }

/** As people copy it: in any case, with or without the hyphen, and with letters that look like the digits. */
export const parseRecoveryCode = (typed: string): string | undefined => {
  const letters = typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replace(/[oil]/g, (letter) => LOOKALIKES[letter] ?? letter)
  return letters.length === LENGTH && [...letters].every((letter) => ALPHABET.includes(letter))
    ? letters
    : undefined
}

/** Of the user: the same code of two people is not the same. */
export const recoveryCodeHash = (key: Uint8Array, userId: UserId, code: string): string =>
  hmacSha256(key, `${userId} ${code.replace('-', '')}`)

/** New ones in the place of those of before, of a user that is locked. @returns them, to be shown once. */
export const replaceRecoveryCodes = async (
  { stores, now, random, record }: Acting<Pick<Stores, 'recoveryCodes'>>,
  key: Uint8Array,
  userId: UserId,
): Promise<readonly string[]> => {
  const codes = Array.from({ length: RECOVERY_CODES }, () => newCode(random))
  await stores.recoveryCodes.replace(
    userId,
    codes.map((code) => recoveryCodeHash(key, userId, code)),
    now,
  )
  await record({ name: 'recovery_codes.created', targetId: userId, data: { count: codes.length } })
  return codes
}

/** Those of somebody who has nothing left that they would stand in for. */
export const dropIdleRecoveryCodes = async (
  { stores, record }: Acting<Pick<Stores, 'recoveryCodes' | 'passkeys'>>,
  userId: UserId,
): Promise<void> => {
  const { hasTotp, passkeys } = await stores.passkeys.secondFactorsOf(userId)
  if (hasTotp || passkeys > 0) return
  const count = await stores.recoveryCodes.deleteOf(userId)
  if (count > 0) await record({ name: 'recovery_codes.deleted', targetId: userId, data: { count } })
}
