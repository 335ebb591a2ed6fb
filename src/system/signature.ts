import {
  constants,
  createPrivateKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign as signBytes,
} from 'node:crypto'
import { derTag, MalformedDer, readDer } from './der.ts'

/*
 * Signatures of JWS (RFC 7518 §3, RFC 8037 §3.1) with a key that was made ready once, on other threads: one on a curve takes
 * no longer than to hand it over, but would be slower on this thread, whose caches are full of other things, and an
 * RSA signature takes ten times as long. Not by Web Crypto, which takes longer to hand over.
 */

/** The signature of a text in ASCII, base64url without padding. */
export type Sign = (text: string) => Promise<string>

const algorithms = {
  // Of a key by itself the padding is that of PKCS #1. Options would take longer to look at than to hand over.
  RS256: (key: KeyObject): Sign => signing('sha256', key),
  PS256: (key: KeyObject): Sign =>
    signing('sha256', {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      // RFC 7518 §3.5: as long as the hash.
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  ES256: (key: KeyObject): Sign => signing('sha256', key, concatenated),
  EdDSA: (key: KeyObject): Sign => signing(null, key),
}

export type SignatureAlgorithm = keyof typeof algorithms

/** @throws if it is no private key of that algorithm. */
export const createSign = (
  privateJwk: Readonly<Record<string, unknown>>,
  algorithm: SignatureAlgorithm,
): Sign => {
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' })
  if (kindOf(key) !== kinds[algorithm]) throw new TypeError(`This is no key for ${algorithm}.`)
  return algorithms[algorithm](key)
}

const kinds: Readonly<Record<SignatureAlgorithm, string>> = {
  RS256: 'rsa',
  PS256: 'rsa',
  ES256: 'ec prime256v1',
  EdDSA: 'ed25519',
}

const kindOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string =>
  [asymmetricKeyType, asymmetricKeyDetails?.namedCurve].filter((part) => part !== undefined).join(' ')

const signing =
  (
    hash: 'sha256' | null,
    key: KeyObject | SignKeyObjectInput,
    finish: (signature: Buffer) => Buffer = (signature) => signature,
  ): Sign =>
  (text) =>
    new Promise((resolve, reject) => {
      signBytes(hash, Buffer.from(text, 'latin1'), key, (error, signature) => {
        if (error) return reject(error)
        try {
          resolve(finish(signature).toString('base64url'))
        } catch (malformed) {
          reject(malformed)
        }
      })
    })

/** Octets of each half of a signature on P-256. */
const HALF = 32

/**
 * RFC 7518 §3.4: R and S one after the other, each as long as the order of the curve, out of the sequence of integers
 * (RFC 3279 §2.2.3). Asked to, OpenSSL's wrapper does the same, and takes as long as for the signature.
 */
const concatenated = (der: Uint8Array): Buffer => {
  const [sequence] = readDer(der)
  const integers = sequence?.tag === derTag.sequence ? readDer(sequence.content) : []
  if (integers.length !== 2) throw new MalformedDer('A signature is not two integers.')
  const halves = Buffer.alloc(2 * HALF)
  integers.forEach(({ content }, index) => {
    // The first octet is zero where the number would be a negative one, and fewer are there where it is small.
    const digits = content.length > HALF ? content.subarray(content.length - HALF) : content
    halves.set(digits, (index + 1) * HALF - digits.length)
  })
  return halves
}
