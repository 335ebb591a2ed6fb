import { createCipheriv } from 'node:crypto'
import {
  parseBase64,
  parseCount,
  parseHash,
  parsePairs,
  parseSalt,
  type Scheme,
  sameBytes,
} from './scheme.ts'
import { deriveByScrypt, isBearable } from './scrypt.ts'

const PREFIX = '$firebase-scrypt$'
const KEY_BYTES = 32
/** Each hash has a key of its own, so the counter may begin at nought. */
const COUNTER = new Uint8Array(16)

/**
 * `$firebase-scrypt$hash=…$salt=…$sk=…$ss=…$r=8$m=14`: scrypt of the password, under the salt and the project's salt
 * separator (ss), is the AES key under which the project's signer key (sk) becomes the hash. r is the block size of
 * scrypt, m the logarithm of its cost.
 */
export const firebaseScryptScheme: Scheme = (text) => {
  if (!text.startsWith(PREFIX)) return undefined
  const pairs = parsePairs(text.slice(PREFIX.length).split('$'), ['hash', 'salt', 'sk', 'ss', 'r', 'm'])
  if (!pairs) return undefined
  const hash = parseHash(pairs.hash)
  const signerKey = parseHash(pairs.sk)
  const salt = parseSalt(pairs.salt)
  // A project may have an empty one.
  const separator = pairs.ss === '' ? Buffer.alloc(0) : parseBase64(pairs.ss)
  const blockSize = parseCount(pairs.r)
  const exponent = parseCount(pairs.m)
  if (!hash || !signerKey || !salt || !separator || !blockSize || !exponent) return undefined
  const cost = { cost: 2 ** exponent, blockSize, parallelization: 1 }
  if (!isBearable(cost) || hash.length !== signerKey.length) return undefined
  return async (password) => {
    const key = await deriveByScrypt(password, Buffer.concat([salt, separator]), KEY_BYTES, cost)
    return sameBytes(createCipheriv('aes-256-ctr', key, COUNTER).update(signerKey), hash)
  }
}
