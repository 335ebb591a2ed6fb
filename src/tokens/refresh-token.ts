import type { PresentedRefreshToken, RefreshTokenFamily } from '../storage/stores/refresh-tokens.ts'
import { createSealer, type Sealer } from '../system/encryption.ts'
import { constantTimeEqual, sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'

/*
 * A refresh token is replaced at each use (RFC 9700 §4.14.2), unless the profile of the client says otherwise. Its first
 * half names its family, the second is new each time: so one row a family is enough to know any token the family ever
 * had, and what presents an old one is a replay.
 *
 * A client that never heard the answer, or asked twice at once, presents the token just replaced: for a short while it
 * gets the same successor. We keep only hashes, so the successor is sealed under a key made from the token it
 * replaces: only who holds that token can have it read.
 */

const HALF_LENGTH = 43
const WELL_FORMED = /^[A-Za-z0-9_-]{86}$/

export interface NewRefreshToken {
  readonly token: string
  readonly familyHash: string
  readonly hash: string
}

export interface Successor {
  readonly token: string
  readonly hash: string
  readonly sealed: string
}

export const newRefreshToken = (random: Random): NewRefreshToken => {
  const family = newHandle(random)
  const token = family + newHandle(random)
  return { token, familyHash: sha256(family), hash: sha256(token) }
}

/** What a text presents as a refresh token; undefined if it cannot be one. */
export const parseRefreshToken = (text: string): PresentedRefreshToken | undefined =>
  WELL_FORMED.test(text)
    ? { familyHash: sha256(text.slice(0, HALF_LENGTH)), tokenHash: sha256(text) }
    : undefined

const sealerOf = (token: string, random: Random): Sealer =>
  createSealer(token, 'refresh token successor', random)

export const newSuccessor = (predecessor: string, random: Random): Successor => {
  const token = predecessor.slice(0, HALF_LENGTH) + newHandle(random)
  return {
    token,
    hash: sha256(token),
    sealed: sealerOf(predecessor, random).seal(token, sha256(predecessor)),
  }
}

export const openSuccessor = (predecessor: string, sealed: string, random: Random): string | undefined =>
  sealerOf(predecessor, random).open(sealed, sha256(predecessor))

/** Which token of its family was presented: the one in force, the one it replaced, or one from longer ago. */
export const placeInFamily = (
  { tokenHash }: PresentedRefreshToken,
  { family }: RefreshTokenFamily,
): 'current' | 'previous' | 'older' => {
  if (constantTimeEqual(tokenHash, family.tokenHash)) return 'current'
  return family.previousHash !== null && constantTimeEqual(tokenHash, family.previousHash)
    ? 'previous'
    : 'older'
}

/** Why a family and its grant hold no more, whoever asks; undefined if they do. */
export const refreshTokenProblem = ({ family, grant }: RefreshTokenFamily, now: Date): string | undefined => {
  if (grant.revokedAt !== null) return 'the grant was revoked'
  if (grant.expiresAt <= now) return 'the grant has expired'
  if (family.expiresAt <= now) return 'the refresh token has expired'
  // OIDC Core §11: a refresh token is for offline_access.
  if (!grant.scopes.includes('offline_access')) return 'its user has taken offline_access back'
  if (!grant.membershipHolds) return 'the user is no longer an active member of the organization'
  return undefined
}
