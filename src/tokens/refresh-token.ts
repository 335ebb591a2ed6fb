import type { RefreshTokenOfGrant } from '../storage/stores/refresh-tokens.ts'
import { createSealer, type Sealer } from '../system/encryption.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'

/*
 * A refresh token is replaced at each use (RFC 9700 §4.14.2). A client that never heard the answer, or asked twice
 * at once, presents the old one again: for a short while it gets the same successor. We keep only hashes, so the
 * successor is sealed under a key made from the token it replaces: only who holds that token can have it read.
 */

const sealerOf = (token: string, random: Random): Sealer =>
  createSealer(token, 'refresh token successor', random)

export interface Successor {
  readonly token: string
  readonly hash: string
  readonly sealed: string
}

export const newRefreshToken = (random: Random): { readonly token: string; readonly hash: string } => {
  const token = newHandle(random)
  return { token, hash: sha256(token) }
}

export const newSuccessor = (predecessor: string, random: Random): Successor => {
  const { token, hash } = newRefreshToken(random)
  return { token, hash, sealed: sealerOf(predecessor, random).seal(token, sha256(predecessor)) }
}

export const openSuccessor = (predecessor: string, sealed: string, random: Random): string | undefined =>
  sealerOf(predecessor, random).open(sealed, sha256(predecessor))

/** Why a refresh token and its grant hold no more, whoever asks; undefined if they do. */
export const refreshTokenProblem = (
  { token, grant, membershipHolds }: RefreshTokenOfGrant,
  now: Date,
): string | undefined => {
  if (grant.revokedAt !== null) return 'the grant was revoked'
  if (grant.expiresAt <= now) return 'the grant has expired'
  if (token.expiresAt <= now) return 'the refresh token has expired'
  if (!membershipHolds) return 'the user is no longer an active member of the organization'
  return undefined
}
