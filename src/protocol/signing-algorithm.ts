/** Algorithms we can sign with, by their registered names (RFC 7518 §3.1, RFC 8037 §3.1). */
export const signingAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const

export type SigningAlgorithm = (typeof signingAlgorithms)[number]
