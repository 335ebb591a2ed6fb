import { z } from 'zod'
import { type Client, hearsOfLogout } from '../clients/client.ts'
import { invalidGrant } from '../protocol/error.ts'
import { isBoundToOtherKey } from '../protocol/grant-terms.ts'
import { challengeOf } from '../protocol/pkce.ts'
import type { Stores } from '../storage/index.ts'
import type { CodeProof, KnownCode } from '../storage/stores/authorization-codes.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { newRefreshToken } from '../tokens/refresh-token.ts'
import type { RevokeGrant } from '../tokens/revoke-grant.ts'
import { defineGrant, type Grant } from './grant.ts'

export interface AuthorizationCodeGrant {
  readonly stores: Pick<Stores, 'authorizationCodes'>
  readonly revokeGrant: RevokeGrant
  readonly random: Random
  readonly lifetimes: () => Promise<{
    /** Of an application that has none of its own. */
    readonly accessTokenSeconds: number
    readonly grantSeconds: number
    readonly refreshTokenIdleSeconds: number
  }>
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6 */
export const authorizationCodeGrant = ({
  stores,
  revokeGrant,
  random,
  lifetimes,
}: AuthorizationCodeGrant): Grant => {
  /** The code was not redeemed. Says why; and if whoever has every other proof was not the first, revokes. */
  const refuse = async (proof: CodeProof, client: Client, now: Date): Promise<never> => {
    const code = await stores.authorizationCodes.find(proof.codeHash)
    const problem = code ? possessionProblem(code, proof) : 'unknown authorization code'
    if (!code || problem !== undefined) throw invalidGrant(problem ?? '')
    // RFC 6749 §4.1.2, RFC 9700 §4.5: a code used twice is refused, and what it issued is revoked.
    if (code.redeemedAt !== null) {
      await revokeGrant(code.grantId, 'code_replayed', client, now)
      throw invalidGrant('the authorization code was used before; its grant is revoked')
    }
    throw invalidGrant(
      code.expiresAt <= now
        ? 'the authorization code has expired'
        : 'the session or the membership has ended',
    )
  }

  return defineGrant({
    grantType: 'authorization_code',
    parameters: {
      code: z.string(),
      redirect_uri: z.string().optional(),
      code_verifier: z.string().optional(),
    },
    exchange: async (parameters, { authenticated: { client, credentialId }, confirmation, now }) => {
      const proof: CodeProof = {
        codeHash: sha256(parameters.code),
        applicationId: client.id,
        redirectUri: parameters.redirect_uri,
        codeChallenge:
          parameters.code_verifier === undefined ? undefined : challengeOf(parameters.code_verifier),
        confirmation,
      }
      const { accessTokenSeconds, grantSeconds, refreshTokenIdleSeconds } = await lifetimes()
      const refresh = newRefreshToken(random)
      const redeemed = await stores.authorizationCodes.redeem(
        proof,
        {
          // Without a refresh token the grant has nothing to say once its one access token has expired.
          expiresAt: addSeconds(now, client.accessTokenSeconds ?? accessTokenSeconds),
          offlineExpiresAt: addSeconds(now, grantSeconds),
          // RFC 9449 §5: refresh tokens of a public client are bound to its key; a confidential one authenticates.
          confirmation: client.isPublic ? confirmation : undefined,
          hearsOfLogout: hearsOfLogout(client),
        },
        { ...refresh, expiresAt: addSeconds(now, client.refreshTokenIdleSeconds ?? refreshTokenIdleSeconds) },
        now,
      )
      if (!redeemed) return refuse(proof, client, now)
      return {
        ...redeemed,
        subject: 'user',
        client,
        credentialId,
        refreshToken: redeemed.scopes.includes('offline_access') ? refresh.token : undefined,
      }
    },
  })
}

/** A stranger's code is not theirs to use up, nor to have revoked. */
const possessionProblem = (code: KnownCode, proof: CodeProof): string | undefined => {
  // RFC 6749 §4.1.3: ensure that the code was issued to the authenticated client.
  if (code.applicationId !== proof.applicationId) return 'the authorization code belongs to another client'
  // RFC 6749 §4.1.3: if redirect_uri was in the authorization request it must be here, and identical.
  const redirectUri = proof.redirectUri ?? (code.redirectUriGiven ? undefined : code.redirectUri)
  if (redirectUri !== code.redirectUri) return 'redirect_uri differs from the authorization request'
  if (code.codeChallenge !== (proof.codeChallenge ?? null)) {
    // RFC 9700 §2.1.1: a verifier without a challenge is a downgrade attack. RFC 7636 §4.6
    return code.codeChallenge === null
      ? 'code_verifier without code_challenge'
      : 'code_verifier does not match code_challenge'
  }
  // RFC 9449 §10: the key that the authorization request named.
  return isBoundToOtherKey(code.terms, proof.confirmation)
    ? 'the authorization code is bound to another key'
    : undefined
}
