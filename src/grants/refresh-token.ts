import { z } from 'zod'
import { invalidGrant, invalidScope } from '../protocol/error.ts'
import { missingScopes, parseScope } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import type { RefreshTokenOfGrant } from '../storage/stores/refresh-tokens.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { newSuccessor, openSuccessor, refreshTokenProblem } from '../tokens/refresh-token.ts'
import { defineGrant, type Grant } from './grant.ts'
import type { RevokeGrant } from './revoke-grant.ts'

export interface RefreshTokenGrant {
  readonly stores: Pick<Stores, 'refreshTokens'>
  readonly revokeGrant: RevokeGrant
  readonly random: Random
  readonly lifetimes: { readonly refreshTokenIdleSeconds: number; readonly refreshTokenGraceSeconds: number }
}

/** RFC 6749 §6, RFC 9700 §4.14.2 */
export const refreshTokenGrant = ({ stores, revokeGrant, random, lifetimes }: RefreshTokenGrant): Grant =>
  defineGrant({
    grantType: 'refresh_token',
    parameters: { refresh_token: z.string(), scope: z.string().optional() },
    exchange: async (
      { refresh_token: presented, scope },
      { authenticated: { client, credentialId }, now },
    ) => {
      const tokenHash = sha256(presented)
      const found = await stores.refreshTokens.find(tokenHash)
      if (!found) throw invalidGrant('unknown refresh token')
      // RFC 6749 §6: the refresh token is bound to the client it was issued to.
      if (found.grant.applicationId !== client.id)
        throw invalidGrant('the refresh token belongs to another client')
      const { grant } = found
      // RFC 6749 §6: the scope must not include any not originally granted; if left out it is the same.
      const scopes = scope === undefined ? grant.scopes : parseScope(scope)
      const [added] = missingScopes(scopes, grant.scopes)
      if (added !== undefined)
        throw invalidScope(`The scope ${added} was not granted.`, `not granted: ${added}`)

      const refreshToken = await replace(found)
      return {
        subject: 'user',
        client,
        credentialId,
        grantId: grant.id,
        consentId: grant.consentId,
        userId: grant.userId,
        organizationId: grant.organizationId,
        sessionId: grant.sessionId,
        scopes,
        authenticatedAt: grant.authenticatedAt,
        amr: grant.amr,
        // OIDC Core §12.2: an ID token of a refresh should have no nonce.
        nonce: null,
        refreshToken,
      }

      async function replace(current: RefreshTokenOfGrant): Promise<string> {
        const problem = refreshTokenProblem(current, now)
        if (problem !== undefined) throw invalidGrant(problem)
        if (current.token.rotatedAt === null) {
          const successor = newSuccessor(presented, random)
          const expiresAt = addSeconds(now, lifetimes.refreshTokenIdleSeconds)
          if (await stores.refreshTokens.rotate(tokenHash, { ...successor, expiresAt }, now))
            return successor.token
        }
        // Replaced before, or by a faster request just now: the row as it is by now tells which successor.
        return successorWithinGrace(await stores.refreshTokens.find(tokenHash))
      }

      async function successorWithinGrace(replaced: RefreshTokenOfGrant | undefined): Promise<string> {
        const { rotatedAt, successorHash, successorSealed } = replaced?.token ?? {}
        if (!replaced || !rotatedAt || !successorHash || !successorSealed) {
          throw invalidGrant('the refresh token or its grant ended meanwhile')
        }
        const problem = refreshTokenProblem(replaced, now)
        if (problem !== undefined) throw invalidGrant(problem)
        const withinGrace = now <= addSeconds(rotatedAt, lifetimes.refreshTokenGraceSeconds)
        const successor = withinGrace ? openSuccessor(presented, successorSealed, random) : undefined
        // Whoever has used the successor got the answer, so the old token comes from somebody else.
        if (successor !== undefined && (await stores.refreshTokens.isUnused(successorHash))) return successor
        // RFC 9700 §4.14.2: one of the two is a thief; neither may go on.
        await revokeGrant(grant.id, 'refresh_token_reused', client, now)
        throw invalidGrant('a replaced refresh token was used again; its grant is revoked')
      }
    },
  })
