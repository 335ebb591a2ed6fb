import { isImported, markImported, type PasswordScheme } from '../system/imported-password-hash.ts'
import type { PasswordHashing } from '../system/password-hash.ts'
import { mostUsedPasswords } from './most-used-passwords.ts'
import { normalizeEmail } from './user.ts'

/*
 * Passwords that people choose (OWASP ASVS 5 §6.2, NIST SP 800-63B-4 §3.1.1). No rules of composition, no expiry, any
 * character: only what is too short and what an attacker would try first is refused.
 */

/** OWASP ASVS 5 §6.2.1. It strongly recommends 15, which is what NIST asks of a password alone: docs/decisions/0009. */
const MINIMUM_LENGTH = 8
/** Long enough for any pass phrase; argon2 need not read a novel. */
const MAXIMUM_LENGTH = 256

/** In UTF-16 units: what is longer than this need not be taken apart to know that it is no password of ours. */
const MAXIMUM_UNITS = 2 * MAXIMUM_LENGTH

declare const hashed: unique symbol
/** The hash of a password that keeps the rules, or one that was imported. A password cannot pass for one. */
export type PasswordHash = string & { readonly [hashed]: true }

export type PasswordProblem = 'too_short' | 'too_long' | 'too_common' | 'is_email'

/** SP 800-63B-4 §3.1.1.2: the same password, however the keyboard composes it. */
const normalize = (password: string): string => password.normalize('NFKC')

/** SP 800-63B-4 §3.1.1.2: each Unicode code point counts as one character. */
const lengthOf = (password: string): number => [...password].length

/** What is wrong with a new password, or undefined. */
export const passwordProblem = (password: string, email: string): PasswordProblem | undefined => {
  if (password.length > MAXIMUM_UNITS || lengthOf(password) > MAXIMUM_LENGTH) return 'too_long'
  if (lengthOf(password) < MINIMUM_LENGTH) return 'too_short'
  const comparable = normalize(password).toLowerCase()
  if (mostUsedPasswords.has(comparable)) return 'too_common'
  // SP 800-63B-4 §3.1.1.2: context-specific words, such as the user name and what is made of it.
  const address = normalizeEmail(email)
  if (comparable === address || comparable === address.split('@')[0]) return 'is_email'
  return undefined
}

export const isSamePassword = (one: string, other: string): boolean => normalize(one) === normalize(other)

/** For the one whose address this is. Slow, so before the transaction and not in it. @throws PasswordHashingBusy */
export const newPasswordHash = async (
  hashing: PasswordHashing,
  password: string,
  email: string,
): Promise<{ readonly passwordHash: PasswordHash } | { readonly problem: PasswordProblem }> => {
  const problem = passwordProblem(password, email)
  if (problem) return { problem }
  return { passwordHash: (await hashing.hash(normalize(password))) as PasswordHash }
}

/**
 * A hash that another system made. Whether its password keeps the rules cannot be known.
 *
 * @returns undefined if it is no hash of that scheme, or would cost too much to verify
 */
export const importedPasswordHash = (scheme: PasswordScheme, hash: string): PasswordHash | undefined =>
  markImported(scheme, hash) as PasswordHash | undefined

/**
 * Whether this is the password; null stands for "there is none to compare with", which takes just as long.
 *
 * @throws PasswordHashingBusy
 */
export const verifyPassword = async (
  hashing: PasswordHashing,
  passwordHash: string | null,
  password: string,
): Promise<boolean> => {
  const candidate = password.length > MAXIMUM_UNITS ? undefined : normalize(password)
  if (passwordHash === null || candidate === undefined) {
    await hashing.pretend(candidate ?? '')
    return false
  }
  // Other systems hash what was typed, or some normal form of it: nearly always that is the same.
  return isImported(passwordHash) && candidate !== password
    ? hashing.verify(passwordHash, password, candidate)
    : hashing.verify(passwordHash, candidate)
}

/** The hash by today's parameters of a password just verified, if its own is by older ones. @throws PasswordHashingBusy */
export const rehash = async (
  hashing: PasswordHashing,
  passwordHash: string,
  password: string,
): Promise<PasswordHash | undefined> =>
  hashing.needsRehash(passwordHash) ? ((await hashing.hash(normalize(password))) as PasswordHash) : undefined
