import { argon2Scheme } from './password-schemes/argon2.ts'
import { bcryptScheme } from './password-schemes/bcrypt.ts'
import { firebaseScryptScheme } from './password-schemes/firebase-scrypt.ts'
import { pbkdf2Scheme } from './password-schemes/pbkdf2.ts'
import { ssha256PrefixScheme, ssha256Scheme, sshaScheme } from './password-schemes/salted-sha.ts'
import type { Scheme, Verify } from './password-schemes/scheme.ts'
import { scryptScheme } from './password-schemes/scrypt.ts'

/*
 * Hashes of passwords that other systems made, in the forms of WorkOS. Such a hash is kept as it came, marked with its
 * scheme, until its owner signs in; then the password is hashed by argon2id (password-hash.ts) and the mark is gone.
 *
 * The mark matters for argon2, too: ours is of the password in its normal form, a foreign one most likely is not.
 */

const schemes = {
  bcrypt: bcryptScheme,
  argon2: argon2Scheme,
  scrypt: scryptScheme,
  'firebase-scrypt': firebaseScryptScheme,
  pbkdf2: pbkdf2Scheme,
  ssha: sshaScheme,
  ssha256: ssha256Scheme,
  'ssha256-prefix': ssha256PrefixScheme,
} as const satisfies Readonly<Record<string, Scheme>>

/** `ssha256-prefix`: the salt comes before the password. */
export type PasswordScheme = keyof typeof schemes

const MARK = 'imported:'

/** No hash of any scheme is longer. */
const MAXIMUM_LENGTH = 1024

/** In the form in which it is kept; undefined if it is no such hash, or would cost too much to verify. */
export const markImported = (scheme: PasswordScheme, hash: string): string | undefined =>
  hash.length <= MAXIMUM_LENGTH && schemes[scheme](hash) ? `${MARK}${scheme}:${hash}` : undefined

export const isImported = (kept: string): boolean => kept.startsWith(MARK)

/**
 * How to verify a password against a hash that is marked; undefined if it is not. It never throws: whatever a foreign
 * hash does to the library that verifies it, who tries to sign in learns nothing but that this is not the password.
 */
export const importedVerifier = (kept: string): Verify | undefined => {
  if (!isImported(kept)) return undefined
  const [scheme = '', ...hash] = kept.slice(MARK.length).split(':')
  const verify = isScheme(scheme) ? schemes[scheme](hash.join(':')) : undefined
  // Written by a later version, or by hand: nobody's password.
  if (!verify) return async () => false
  return async (password) => {
    try {
      return await verify(password)
    } catch {
      return false
    }
  }
}

const isScheme = (text: string): text is PasswordScheme => Object.hasOwn(schemes, text)
