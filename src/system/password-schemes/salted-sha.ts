import { createHash } from 'node:crypto'
import { parseBase64, type Scheme, sameBytes } from './scheme.ts'

const MAXIMUM_SALT_BYTES = 128

/**
 * `{SSHA}` or `{SSHA256}` and base64 of the digest, followed by the salt: the form of LDAP servers (RFC 2307 and what
 * grew out of it), where the salt comes after the password.
 */
const saltedSha =
  (prefix: string, algorithm: 'sha1' | 'sha256', digestBytes: number, saltIs: 'suffix' | 'prefix'): Scheme =>
  (text) => {
    const bytes = text.startsWith(prefix) ? parseBase64(text.slice(prefix.length)) : undefined
    if (!bytes || bytes.length <= digestBytes || bytes.length > digestBytes + MAXIMUM_SALT_BYTES) {
      return undefined
    }
    const digest = bytes.subarray(0, digestBytes)
    const salt = bytes.subarray(digestBytes)
    return async (password) => {
      const typed = Buffer.from(password)
      const parts = saltIs === 'suffix' ? [typed, salt] : [salt, typed]
      return sameBytes(createHash(algorithm).update(Buffer.concat(parts)).digest(), digest)
    }
  }

export const sshaScheme = saltedSha('{SSHA}', 'sha1', 20, 'suffix')
export const ssha256Scheme = saltedSha('{SSHA256}', 'sha256', 32, 'suffix')
export const ssha256PrefixScheme = saltedSha('{SSHA256}', 'sha256', 32, 'prefix')
