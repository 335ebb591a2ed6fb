import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { Random } from './random.ts'

/*
 * Authenticated encryption (AES-256-GCM) of what must be read again: private keys at rest, requests that travel
 * with the browser. Every use has a key of its own, derived by HKDF from the operator's secret and a purpose, so
 * that a text sealed for one purpose never opens for another.
 *
 * Anybody may have as many requests sealed as they like, and one key of AES-GCM is good for 2^32 random nonces only
 * (NIST SP 800-38D §8.3). So every text has a key of its own, made from half of a salt of 24 random bytes; the other
 * half is the nonce. Two texts meet in both only once about 2^96 were sealed (as in XAES-256-GCM, c2sp.org).
 */

const ALGORITHM = 'aes-256-gcm'
const SALT_BYTES = 24
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Names the format. There is one secret at a time: a text sealed with another one does not open. */
const FORMAT = 'v2.'

/** Before texts had keys of their own: the body began with the nonce alone. Read, and no longer written. */
const FORMER_FORMAT = 'v1.'

export interface Sealer {
  /** `context` is bound to the text but not part of it: opening with another context fails. */
  seal(plaintext: string, context: string): string
  /** The plaintext, or undefined if the text was not sealed by this key, purpose and context. */
  open(sealed: string, context: string): string | undefined
}

/** What reads a value of one kind: a schema. */
interface Reader<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false }
}

/**
 * What was sealed as JSON. Undefined if it does not open; or if another version sealed it in a way that this one does not
 * know: while nodes are updated one after the other, whoever brings it begins anew.
 */
export const openJson = <T>(
  { open }: Pick<Sealer, 'open'>,
  reader: Reader<T>,
  sealed: string,
  context: string,
): T | undefined => {
  const text = open(sealed, context)
  const read = text === undefined ? undefined : reader.safeParse(JSON.parse(text))
  return read?.success ? read.data : undefined
}

/** As Node takes keys at once; what it makes of bare bytes takes it ten times as long as what is then done with them. */
const secretKeyOf = (secret: string | Uint8Array): KeyObject => createSecretKey(Buffer.from(secret))

/** 256 bits for one purpose, from a secret of high entropy (RFC 5869). */
export const deriveKey = (secret: string | Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secretKeyOf(secret), '', `latchkey ${purpose}`, KEY_BYTES))

/** HMAC as a pseudorandom function of the salt, which is what HKDF-Expand is for one block (RFC 5869 §2.3). */
const keyOf = (key: KeyObject, salt: Uint8Array): KeyObject =>
  createSecretKey(
    createHmac('sha256', key)
      .update(salt.subarray(0, SALT_BYTES - NONCE_BYTES))
      .digest(),
  )

export const createSealer = (secret: string | Uint8Array, purpose: string, random: Random): Sealer => {
  const key = secretKeyOf(deriveKey(secret, purpose))
  return {
    seal(plaintext, context) {
      const salt = random.bytes(SALT_BYTES)
      const cipher = createCipheriv(ALGORITHM, keyOf(key, salt), salt.subarray(-NONCE_BYTES))
      cipher.setAAD(Buffer.from(context))
      const text = [cipher.update(plaintext, 'utf8'), cipher.final()]
      return `${FORMAT}${Buffer.concat([salt, ...text, cipher.getAuthTag()]).toString('base64url')}`
    },
    open(sealed, context) {
      const isFormer = sealed.startsWith(FORMER_FORMAT)
      if (!isFormer && !sealed.startsWith(FORMAT)) return undefined
      const body = Buffer.from(sealed.slice(FORMAT.length), 'base64url')
      const saltBytes = isFormer ? NONCE_BYTES : SALT_BYTES
      if (body.length < saltBytes + TAG_BYTES) return undefined
      const salt = body.subarray(0, saltBytes)
      const decipher = createDecipheriv(
        ALGORITHM,
        isFormer ? key : keyOf(key, salt),
        salt.subarray(-NONCE_BYTES),
        { authTagLength: TAG_BYTES },
      )
      decipher.setAAD(Buffer.from(context)).setAuthTag(body.subarray(-TAG_BYTES))
      try {
        return (
          decipher.update(body.subarray(saltBytes, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        )
      } catch {
        // A wrong key, context or a changed text: GCM's final() throws for all of them alike.
        return undefined
      }
    },
  }
}
