import { createPublicKey, type KeyObject } from 'node:crypto'

/** A public key that was read from its JWK, as far as rules ask about it. */
export interface PublicKeyFacts {
  /** Of an RSA key. */
  readonly modulusBits?: number
  readonly publicExponent?: bigint
}

/** Undefined for what is no public key: mathematics has to agree with it, as with a point that lies on its curve. */
const publicKeyOf = (jwk: Readonly<Record<string, string>>): KeyObject | undefined => {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
}

/** What a JWK (RFC 7517) says as a public key. Undefined if it is none. */
export const readPublicKey = (jwk: Readonly<Record<string, string>>): PublicKeyFacts | undefined => {
  const key = publicKeyOf(jwk)
  if (key === undefined) return undefined
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
  return {
    ...(modulusLength !== undefined && { modulusBits: modulusLength }),
    ...(publicExponent !== undefined && { publicExponent }),
  }
}

/** SubjectPublicKeyInfo of a JWK, base64url: equal for equal keys. Undefined for what is no public key. */
export const subjectPublicKeyOf = (jwk: Readonly<Record<string, string>>): string | undefined =>
  publicKeyOf(jwk)?.export({ type: 'spki', format: 'der' }).toString('base64url')
