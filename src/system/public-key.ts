import { createPublicKey, type KeyObject } from 'node:crypto'

/** A public key that was read from its JWK, as far as rules ask about it. */
export interface PublicKeyFacts {
  /** Of an RSA key. */
  readonly modulusBits?: number
  readonly publicExponent?: bigint
}

/** Whether a JWK (RFC 7517) is a public key that mathematics agrees with: a point lies on its curve. Undefined if not. */
export const readPublicKey = (jwk: Readonly<Record<string, string>>): PublicKeyFacts | undefined => {
  let key: KeyObject
  try {
    key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    return undefined
  }
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
  return {
    ...(modulusLength !== undefined && { modulusBits: modulusLength }),
    ...(publicExponent !== undefined && { publicExponent }),
  }
}

/** SubjectPublicKeyInfo of a JWK, base64url: equal for equal keys. Undefined for what is no public key. */
export const subjectPublicKeyOf = (jwk: Readonly<Record<string, string>>): string | undefined => {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    return key.export({ type: 'spki', format: 'der' }).toString('base64url')
  } catch {
    return undefined
  }
}
