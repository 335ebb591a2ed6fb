import { z } from 'zod'
import type { Client } from '../clients/client.ts'
import { invalidGrant } from '../protocol/error.ts'
import { verifierMatches } from '../protocol/pkce.ts'
import type { Stores } from '../storage/index.ts'
import type { AuthorizationCodeRecord } from '../storage/stores/authorization-codes.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { newRefreshToken } from '../tokens/refresh-token.ts'
import { defineGrant, type Grant } from './grant.ts'
import type { RevokeGrant } from './revoke-grant.ts'

export interface AuthorizationCodeGrant {
  readonly stores: Pick<Stores, 'authorizationCodes'>
  readonly revokeGrant: RevokeGrant
  readonly random: Random
  readonly lifetimes: { readonly grantSeconds: number; readonly refreshTokenIdleSeconds: number }
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6 */
export const authorizationCodeGrant = ({
  stores,
  revokeGrant,
  random,
  lifetimes,
}: AuthorizationCodeGrant): Grant =>
  defineGrant({
    grantType: 'authorization_code',
    parameters: {
      code: z.string(),
      redirect_uri: z.string().optional(),
      code_verifier: z.string().optional(),
    },
    exchange: async (parameters, { authenticated: { client, credentialId }, now }) => {
      const codeHash = sha256(parameters.code)
      const code = await stores.authorizationCodes.find(codeHash)
      if (!code) throw invalidGrant('unknown authorization code')
      // All proof comes before the code is burned: who merely stole it can neither use it up nor have it revoked.
      provePossession(code, client, parameters)
      if (code.redeemedAt !== null) return replayed(code)
      if (code.expiresAt <= now) throw invalidGrant('the authorization code has expired')

      // OIDC Core §11: a refresh token is for offline_access.
      const refresh = code.scopes.includes('offline_access') ? newRefreshToken(random) : undefined
      const redeemed = await stores.authorizationCodes.redeem(
        codeHash,
        { expiresAt: addSeconds(now, lifetimes.grantSeconds) },
        refresh && { hash: refresh.hash, expiresAt: addSeconds(now, lifetimes.refreshTokenIdleSeconds) },
        now,
      )
      // Somebody was faster by a moment: that is a replay like any other. Or the user is no member any more: then
      // there is no grant to revoke.
      if (!redeemed) return replayed(code)
      return {
        subject: 'user',
        client,
        credentialId,
        grantId: code.grantId,
        consentId: code.consentId,
        userId: code.userId,
        organizationId: code.organizationId,
        sessionId: code.sessionId,
        scopes: code.scopes,
        authenticatedAt: code.authenticatedAt,
        amr: code.amr,
        nonce: code.nonce,
        refreshToken: refresh?.token,
      }

      /** RFC 6749 §4.1.2, RFC 9700 §4.5: a code used twice is refused, and what it issued is revoked. */
      async function replayed({ grantId }: AuthorizationCodeRecord): Promise<never> {
        await revokeGrant(grantId, 'code_replayed', client, now)
        throw invalidGrant(
          'the authorization code was used before, and its grant is revoked, or it holds no more',
        )
      }
    },
  })

const provePossession = (
  code: AuthorizationCodeRecord,
  client: Client,
  presented: { redirect_uri?: string | undefined; code_verifier?: string | undefined },
): void => {
  // RFC 6749 §4.1.3: ensure that the code was issued to the authenticated client.
  if (code.applicationId !== client.id) throw invalidGrant('the authorization code belongs to another client')
  // RFC 6749 §4.1.3: if redirect_uri was in the authorization request it must be here, and identical.
  const redirectUri = presented.redirect_uri ?? (code.redirectUriGiven ? undefined : code.redirectUri)
  if (redirectUri !== code.redirectUri)
    throw invalidGrant('redirect_uri differs from the authorization request')
  if (code.codeChallenge === null) {
    // RFC 9700 §2.1.1: a verifier without a challenge is a downgrade attack.
    if (presented.code_verifier !== undefined) throw invalidGrant('code_verifier without code_challenge')
  } else if (
    presented.code_verifier === undefined ||
    !verifierMatches(presented.code_verifier, code.codeChallenge)
  ) {
    // RFC 7636 §4.6
    throw invalidGrant('code_verifier does not match code_challenge')
  }
}
