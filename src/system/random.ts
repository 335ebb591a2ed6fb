import { randomBytes } from 'node:crypto'

/** The only door to chance. `bytes` must be cryptographically secure outside tests. */
export interface Random {
  bytes(length: number): Uint8Array
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) }

/** Bytes of entropy in every handle we hand out: 256 bits (RFC 6749 §10.10 asks for at least 128). */
const HANDLE_BYTES = 32

/** A fresh handle of 256 random bits: 43 characters of `[A-Za-z0-9_-]`. */
export const newHandle = (random: Random): string =>
  Buffer.from(random.bytes(HANDLE_BYTES)).toString('base64url')
