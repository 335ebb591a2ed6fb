import { type Client, hearsOfLogout } from '../clients/client.ts'
import type { Confirmation } from '../protocol/grant-terms.ts'
import type { FirstRefreshToken, NewGrant } from '../storage/stores/redemption.ts'
import { addSeconds } from '../system/clock.ts'
import type { NewRefreshToken } from './refresh-token.ts'

/** Of an application that has none of its own. */
export interface GrantLifetimes {
  readonly accessTokenSeconds: number
  readonly grantSeconds: number
  readonly refreshTokenIdleSeconds: number
}

/** What comes into being when a client redeems a code, of a browser or of a device, or is given tokens without one. */
export const newGrant = (
  client: Client,
  { accessTokenSeconds, grantSeconds }: GrantLifetimes,
  confirmation: Confirmation | undefined,
  now: Date,
): NewGrant => ({
  // Without a refresh token the grant has nothing to say once its one access token has expired.
  expiresAt: addSeconds(now, client.accessTokenSeconds ?? accessTokenSeconds),
  offlineExpiresAt: addSeconds(now, grantSeconds),
  // RFC 9449 §5: refresh tokens of a public client are bound to its key; a confidential one authenticates.
  confirmation: client.isPublic ? confirmation : undefined,
  isKeyed: confirmation !== undefined && !client.isPublic,
  hearsOfLogout: hearsOfLogout(client),
})

export const firstRefreshToken = (
  client: Client,
  { refreshTokenIdleSeconds }: GrantLifetimes,
  { familyHash, hash }: NewRefreshToken,
  now: Date,
): FirstRefreshToken => ({
  familyHash,
  hash,
  expiresAt: addSeconds(now, client.refreshTokenIdleSeconds ?? refreshTokenIdleSeconds),
})
