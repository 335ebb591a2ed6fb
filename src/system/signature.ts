import {
  constants,
  createPrivateKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign as signBytes,
} from 'node:crypto'

/*
 * Signatures of JWS (RFC 7518 §3, RFC 8037 §3.1) with a key that was made ready once, on other threads: one on a curve takes
 * no longer than to hand it over, but would be slower on this thread, whose caches are full of other things, and an
 * RSA signature takes ten times as long. Not by Web Crypto, which takes longer to hand over.
 */

/** The signature of a text in ASCII, base64url without padding. */
export type Sign = (text: string) => Promise<string>

interface Algorithm {
  /** Of a key: its type, and its curve if it has one. */
  readonly kind: string
  readonly signingWith: (key: KeyObject) => Sign
}

const algorithms = {
  // Of a key by itself the padding is that of PKCS #1. Options would take longer to look at than to hand over.
  RS256: { kind: 'rsa', signingWith: (key) => signing('sha256', key) },
  PS256: {
    kind: 'rsa',
    signingWith: (key) =>
      signing('sha256', {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        // RFC 7518 §3.5: as long as the hash.
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }),
  },
  ES256: { kind: 'ec prime256v1', signingWith: (key) => signing('sha256', key, concatenated) },
  EdDSA: { kind: 'ed25519', signingWith: (key) => signing(null, key) },
} as const satisfies Readonly<Record<string, Algorithm>>

export type SignatureAlgorithm = keyof typeof algorithms

/** @throws if it is no private key of that algorithm. */
export const createSign = (
  privateJwk: Readonly<Record<string, unknown>>,
  algorithm: SignatureAlgorithm,
): Sign => {
  const { kind, signingWith } = algorithms[algorithm]
  const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' })
  if (kindOf(key) !== kind) throw new TypeError(`This is no key for ${algorithm}.`)
  return signingWith(key)
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
        } catch (failure) {
          reject(failure)
        }
      })
    })

/** Octets of each half of a signature on P-256. */
const HALF = 32

/** Of DER (ITU-T X.690 §8.1.2). */
const [SEQUENCE, INTEGER] = [0x30, 0x02]

/**
 * RFC 7518 §3.4: R and S one after the other, each as long as the order of the curve, out of the sequence of two integers
 * (RFC 3279 §2.2.3), which is too short for a length of more than one octet. Asked to, OpenSSL's wrapper does the same,
 * and takes as long as for the signature; what reads certificates (der.ts), as long as for handing the job over.
 *
 * @throws TypeError if it is no such sequence.
 */
export const concatenated = (der: Buffer): Buffer => {
  const halves = Buffer.alloc(2 * HALF)
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw malformed()
  let at = 2
  for (const end of [HALF, 2 * HALF]) {
    const length = der[at + 1] ?? 0
    const isInteger = der[at] === INTEGER && length > 0 && length <= HALF + 1
    at += 2 + length
    if (!isInteger || at > der.length) throw malformed()
    // The first octet is zero where the number would be a negative one, and fewer are there where it is small.
    const digits = Math.min(length, HALF)
    der.copy(halves, end - digits, at - digits, at)
  }
  if (at !== der.length) throw malformed()
  return halves
}

const malformed = () => new TypeError('A signature is not two integers.')
