/** Algorithms we can sign with, by their registered names (RFC 7518 §3.1, RFC 8037 §3.1). */
export const signingAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/**
 * The hash that belongs to an algorithm, from which at_hash is made (OIDC Core §3.1.3.6): for EdDSA with Ed25519 SHA-512,
 * which is within it (RFC 8032 §5.1), as others have it.
 */
export const hashOf = (algorithm: SigningAlgorithm): 'sha256' | 'sha512' =>
  algorithm === 'EdDSA' ? 'sha512' : 'sha256'

/** What clients may sign with: asymmetric alone (RFC 8725 §3.2), each tied to a kind of key. */
export const clientSigningAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const satisfies readonly string[]

/** FAPI 2.0 Security Profile §5.4.1: PS256, ES256, or EdDSA with Ed25519. */
export const fapiSigningAlgorithms = ['PS256', 'ES256', 'EdDSA', 'Ed25519'] as const
