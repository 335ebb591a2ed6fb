import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from './random.ts'

/*
 * Authenticated encryption (AES-256-GCM) of what must be read again: private keys at rest, requests that travel
 * with the browser. Every use has a key of its own, derived by HKDF from the operator's secret and a purpose, so
 * that a text sealed for one purpose never opens for another.
 */

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Names the version of the key, so that a rotated secret can still open what the previous one sealed. */
const KEY_VERSION = 'v1'

export interface Sealer {
  /** `context` is bound to the text but not part of it: opening with another context fails. */
  seal(plaintext: string, context: string): string
  /** The plaintext, or undefined if the text was not sealed by this key, purpose and context. */
  open(sealed: string, context: string): string | undefined
}

/** 256 bits for one purpose, from a secret of high entropy (RFC 5869). */
export const deriveKey = (secret: string | Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', `latchkey ${purpose}`, KEY_BYTES))

export const createSealer = (secret: string | Uint8Array, purpose: string, random: Random): Sealer => {
  const key = deriveKey(secret, purpose)
  return {
    seal(plaintext, context) {
      const nonce = random.bytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([
        nonce,
        cipher.update(plaintext, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return `${KEY_VERSION}.${body.toString('base64url')}`
    },
    open(sealed, context) {
      if (!sealed.startsWith(`${KEY_VERSION}.`)) return undefined
      const body = Buffer.from(sealed.slice(KEY_VERSION.length + 1), 'base64url')
      if (body.length < NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv(ALGORITHM, key, body.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(body.subarray(-TAG_BYTES))
      try {
        return (
          decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        )
      } catch {
        // A wrong key, context or a changed text: GCM's final() throws for all of them alike.
        return undefined
      }
    },
  }
}
