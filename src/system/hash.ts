import { createHash, createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** SHA-256 in base64url without padding: 43 characters. The form in which handles and client secrets are kept. */
export const sha256 = (value: string | Uint8Array): string => hash('sha256', value, 'base64url')

/** SHA-256 in lower-case hexadecimal. */
export const sha256Hex = (value: string | Uint8Array): string => hash('sha256', value, 'hex')

/** The left half of a hash, base64url: at_hash and c_hash (OIDC Core §3.1.3.6). */
export const leftHalfOf = (algorithm: 'sha256' | 'sha512', value: string): string => {
  const digest = createHash(algorithm).update(value, 'ascii').digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}

/** HMAC-SHA-256 in base64url. */
export const hmacSha256 = (key: Uint8Array, value: string): string =>
  createHmac('sha256', createSecretKey(key)).update(value).digest('base64url')

/** HMAC-SHA-256 in lower-case hexadecimal. */
export const hmacSha256Hex = (key: string, value: string): string =>
  createHmac('sha256', key).update(value).digest('hex')

/** Equality whose duration tells nothing about the values (but their length). */
export const constantTimeEqual = (a: string, b: string): boolean => {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** CRC-32 as 7 digits of base 36: a checksum against typos, no protection against anybody. */
export const checksum = (value: string): string => crc32(value).toString(36).padStart(7, '0')
