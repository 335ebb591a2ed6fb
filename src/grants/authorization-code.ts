import { z } from 'zod'
import type { Client } from '../clients/client.ts'
import { invalidGrant } from '../protocol/error.ts'
import { isBoundToOtherKey } from '../protocol/grant-terms.ts'
import { challengeOf } from '../protocol/pkce.ts'
import type { Stores } from '../storage/index.ts'
import type { CodeProof, KnownCode } from '../storage/stores/authorization-codes.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { firstRefreshToken, type GrantLifetimes, newGrant } from '../tokens/new-grant.ts'
import { newRefreshToken } from '../tokens/refresh-token.ts'
import type { RevokeGrant } from '../tokens/revoke-grant.ts'
import { isNarrowing, narrowedTarget, type RequestedTarget } from '../tokens/target.ts'
import { defineGrant, type Grant, type TokenRequest } from './grant.ts'

export interface AuthorizationCodeGrant {
  readonly stores: Pick<Stores, 'authorizationCodes'>
  readonly revokeGrant: RevokeGrant
  readonly random: Random
  readonly lifetimes: () => Promise<GrantLifetimes>
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
    if (!code || problem !== undefined) {
      throw invalidGrant(problem ?? '', code ? 'not_proved' : 'unknown_grant')
    }
    // RFC 6749 §4.1.2, RFC 9700 §4.5: a code used twice is refused, and what it issued is revoked.
    if (code.redeemedAt !== null) {
      await revokeGrant(code.grantId, 'code_replayed', client, now)
      throw invalidGrant('the authorization code was used before; its grant is revoked', 'replayed')
    }
    throw code.expiresAt <= now
      ? invalidGrant('the authorization code has expired', 'expired')
      : invalidGrant('the session or the membership has ended', 'ended')
  }

  /** Before the code is used up: whoever has every proof of it is told what else there is to ask for. */
  const checkNarrowing = async (proof: CodeProof, requested: RequestedTarget): Promise<void> => {
    const code = await stores.authorizationCodes.find(proof.codeHash)
    if (code && possessionProblem(code, proof) === undefined) narrowedTarget(code.terms, requested)
  }

  return defineGrant({
    grantType: 'authorization_code',
    parameters,
    // Used or not: whoever sends a request of the past once more is refused for its proof, and revokes nothing.
    isHeld: async (sent, request) => {
      const proof = proofOf(sent, request)
      const code = await stores.authorizationCodes.find(proof.codeHash)
      return code !== undefined && possessionProblem(code, proof) === undefined
    },
    exchange: async (sent, request) => {
      const { authenticated, confirmation, requested, now } = request
      const { client, credentialId } = authenticated
      const proof = proofOf(sent, request)
      if (isNarrowing(requested)) await checkNarrowing(proof, requested)
      const refresh = newRefreshToken(random)
      const seconds = await lifetimes()
      const grant = newGrant(client, seconds, confirmation, now)
      const refreshToken = firstRefreshToken(client, seconds, refresh, now)
      const redeemed = await stores.authorizationCodes.redeem(proof, grant, refreshToken, now)
      if (!redeemed) return refuse(proof, client, now)
      return {
        ...redeemed,
        subject: 'user',
        client,
        credentialId,
        target: narrowedTarget(redeemed.terms, requested),
        refreshToken: redeemed.scopes.includes('offline_access') ? refresh.token : undefined,
      }
    },
  })
}

const parameters = {
  code: z.string(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
}

const proofOf = (
  { code, redirect_uri, code_verifier }: z.output<z.ZodObject<typeof parameters>>,
  { authenticated, confirmation }: Pick<TokenRequest, 'authenticated' | 'confirmation'>,
): CodeProof => ({
  codeHash: sha256(code),
  applicationId: authenticated.client.id,
  redirectUri: redirect_uri,
  codeChallenge: code_verifier === undefined ? undefined : challengeOf(code_verifier),
  confirmation,
})

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
