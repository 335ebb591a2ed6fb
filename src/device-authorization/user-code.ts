import { hmacSha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'

/*
 * The code that a person carries from one screen to another. Eight letters are not many: what keeps them from being
 * guessed is that they hold for minutes and that few can be tried (throttle.ts).
 */

/** RFC 8628 §6.1: without vowels, so that no word comes out; 20^8 codes are 34.5 bits. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 8
const WELL_FORMED = new RegExp(`^[${LETTERS}]{${LENGTH}}$`)

/** What people type is longer, but not by much. */
const MAXIMUM_INPUT_LENGTH = 64

declare const userCode: unique symbol
/** Eight letters, as they are compared; `printUserCode` is how they are shown. */
export type UserCode = string & { readonly [userCode]: true }

export const newUserCode = (random: Random): UserCode => {
  let code = ''
  // The largest multiple of 20 in a byte: what is above would make the first letters likelier.
  while (code.length < LENGTH) {
    for (const byte of random.bytes(LENGTH)) if (byte < 240) code += LETTERS[byte % LETTERS.length]
  }
  return code.slice(0, LENGTH) as UserCode
}

/** `BCDF-GHJK` */
export const printUserCode = (code: UserCode): string => `${code.slice(0, 4)}-${code.slice(4)}`

/**
 * RFC 8628 §6.1: forgives case, and whatever stands between the letters.
 *
 * @returns undefined for what cannot be one.
 */
export const parseUserCode = (text: string): UserCode | undefined => {
  if (text.length > MAXIMUM_INPUT_LENGTH) return undefined
  const letters = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  return WELL_FORMED.test(letters) ? (letters as UserCode) : undefined
}

/**
 * Under which a code is kept. Of so few codes a plain hash would be found by trying all; this one takes the key, which
 * is not in the database.
 */
export const userCodeHash = (key: Uint8Array, code: UserCode): string => hmacSha256(key, code)
