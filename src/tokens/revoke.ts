import type { Client } from '../clients/client.ts'
import type { Stores } from '../storage/index.ts'
import { fromEpochSeconds } from '../system/clock.ts'
import { looksLikeJwt } from './introspect.ts'
import { parseRefreshToken } from './refresh-token.ts'
import type { RevokeGrant } from './revoke-grant.ts'
import type { TokenVerification } from './verify.ts'

export interface TokenRevocation extends TokenVerification {
  readonly stores: Pick<Stores, 'accessTokens' | 'refreshTokens'>
  readonly revokeGrant: RevokeGrant
}

/** What was revoked, for the log; nothing is said of it to the client. */
export type Revoked = 'access_token' | 'authorization_grant' | 'nothing'

/**
 * RFC 7009 §2.1: an access token ends alone, a refresh token with its whole grant. A token that is unknown or
 * another client's is left as it is, and the client is told the same (§2.2).
 */
export const revokeToken = async (
  revocation: TokenRevocation,
  client: Client,
  token: string,
  now: Date,
): Promise<Revoked> => {
  const { stores } = revocation
  if (looksLikeJwt(token)) {
    const claims = await revocation.verifySignature(token, now)
    if (!claims || claims.client_id !== client.clientId) return 'nothing'
    await stores.accessTokens.revoke(claims.jti, fromEpochSeconds(claims.exp))
    return 'access_token'
  }
  const presented = parseRefreshToken(token)
  const found = presented && (await stores.refreshTokens.find(presented.familyHash))
  if (!found || found.grant.clientId !== client.clientId) return 'nothing'
  const revoked = await revocation.revokeGrant(found.grant.id, 'revoked_by_client', client, now)
  return revoked ? 'authorization_grant' : 'nothing'
}
