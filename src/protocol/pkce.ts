import { sha256 } from '../system/hash.ts'

/** `plain` protects nothing that a thief of the code could not see (RFC 9700 §2.1.1), so S256 is the only method. */
export const codeChallengeMethods = ['S256'] as const

/** BASE64URL(SHA256(…)) is always 43 characters (RFC 7636 §4.2). */
const CODE_CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** RFC 7636 §4.1: 43*128unreserved */
const CODE_VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

export const isCodeChallenge = (text: string): boolean => CODE_CHALLENGE.test(text)

/**
 * RFC 7636 §4.6: BASE64URL-ENCODE(SHA256(ASCII(code_verifier))), to be compared with the challenge. What cannot be a
 * verifier gets a value that is no challenge of any.
 */
export const challengeOf = (verifier: string): string =>
  CODE_VERIFIER.test(verifier) ? sha256(verifier) : ''
