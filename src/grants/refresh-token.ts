import { z } from 'zod'
import { allowsScope, type Client, scopesRefused } from '../clients/client.ts'
import { rulesFor } from '../clients/profile.ts'
import { invalidGrant, invalidScope } from '../protocol/error.ts'
import { type Confirmation, isBoundToOtherKey } from '../protocol/grant-terms.ts'
import { loggableScope, missingScopes, parseScope } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import type { HeldGrant } from '../storage/stores/authorization-grants.ts'
import type { PresentedRefreshToken, RefreshTokenFamily } from '../storage/stores/refresh-tokens.ts'
import { addSeconds } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import {
  newSuccessor,
  openSuccessor,
  parseRefreshToken,
  placeInFamily,
  refreshTokenProblem,
} from '../tokens/refresh-token.ts'
import type { RevokeGrant } from '../tokens/revoke-grant.ts'
import { isNarrowing, narrowedTarget, type RequestedTarget } from '../tokens/target.ts'
import { defineGrant, type Grant } from './grant.ts'

export interface RefreshTokenGrant {
  readonly stores: Pick<Stores, 'refreshTokens'>
  readonly revokeGrant: RevokeGrant
  readonly random: Random
  readonly lifetimes: () => Promise<{ readonly refreshTokenIdleSeconds: number }>
  readonly refreshTokenGraceSeconds: number
}

/** What a presented token is good for: the grant, and the token that comes next. */
interface Continued {
  readonly grant: HeldGrant
  readonly refreshToken: string
}

/** Who asks, for what, with which key. */
interface Asking {
  readonly client: Client
  readonly scopes: readonly string[]
  readonly confirmation: Confirmation | undefined
  readonly requested: RequestedTarget
}

/** RFC 6749 §6, RFC 9700 §4.14.2 */
export const refreshTokenGrant = ({
  stores,
  revokeGrant,
  random,
  lifetimes,
  refreshTokenGraceSeconds,
}: RefreshTokenGrant): Grant => {
  /** The token was not replaced. It may just have been; or says why not, and revokes if it was replaced long ago. */
  const explain = async (
    token: string,
    presented: PresentedRefreshToken,
    { client, scopes, confirmation, requested }: Asking,
    now: Date,
  ): Promise<Continued> => {
    const found = await stores.refreshTokens.find(presented.familyHash)
    if (!found) throw invalidGrant('unknown refresh token', 'unknown_grant')
    const { grant } = found
    // RFC 6749 §6: the refresh token is bound to the client it was issued to.
    if (grant.clientId !== client.clientId) {
      throw invalidGrant('the refresh token belongs to another client', 'other_client')
    }
    // RFC 9449 §5: that of a public client is worth nothing without its key, and revokes nothing.
    if (isBoundToOtherKey(grant.terms, confirmation)) {
      throw invalidGrant('the refresh token is bound to another key', 'not_proved')
    }
    const problem = refreshTokenProblem(found, now)
    if (problem !== undefined) throw invalidGrant(problem, 'ended')
    // RFC 6749 §6: the scope must not include any not originally granted.
    const [added] = missingScopes(scopes, grant.scopes)
    if (added !== undefined)
      throw invalidScope(`The scope ${added} was not granted.`, `not granted: ${loggableScope(added)}`)

    // In force, and yet not replaced a moment ago: what stood against it then has gone. No replay; it may be tried again.
    if (placeInFamily(presented, found) === 'current') {
      narrowedTarget(grant.terms, requested)
      throw invalidGrant('the refresh token did not hold a moment ago', 'ended')
    }
    const successor = successorWithinGrace(token, presented, found, now)
    if (successor !== undefined) return { grant, refreshToken: successor }
    // RFC 9700 §4.14.2: one of two who hold it is a thief; neither may go on.
    await revokeGrant(grant.id, 'refresh_token_reused', client, now)
    throw invalidGrant('a replaced refresh token was used again; its grant is revoked', 'replayed')
  }

  const successorWithinGrace = (
    token: string,
    presented: PresentedRefreshToken,
    found: RefreshTokenFamily,
    now: Date,
  ): string | undefined => {
    const { issuedAt, successorSealed } = found.family
    // Whoever has used the successor got the answer; then this is no longer the one just replaced.
    if (placeInFamily(presented, found) !== 'previous' || successorSealed === null) return undefined
    return now <= addSeconds(issuedAt, refreshTokenGraceSeconds)
      ? openSuccessor(token, successorSealed, random)
      : undefined
  }

  /** Before the token is replaced. What was granted does not change, so what holds here holds then. */
  const checkNarrowing = async (
    presented: PresentedRefreshToken,
    client: Client,
    requested: RequestedTarget,
  ): Promise<void> => {
    const found = await stores.refreshTokens.find(presented.familyHash)
    if (found?.grant.clientId === client.clientId && placeInFamily(presented, found) !== 'older') {
      narrowedTarget(found.grant.terms, requested)
    }
  }

  return defineGrant({
    grantType: 'refresh_token',
    parameters: { refresh_token: z.string(), scope: z.string().optional() },
    // The one in force or any before: as with codes, the proof of a request of the past comes first.
    isHeld: async ({ refresh_token: token }, { authenticated: { client }, confirmation }) => {
      const presented = parseRefreshToken(token)
      const found = presented && (await stores.refreshTokens.find(presented.familyHash))
      return found?.grant.clientId === client.clientId && !isBoundToOtherKey(found.grant.terms, confirmation)
    },
    exchange: async (
      { refresh_token: token, scope },
      { authenticated: { client, credentialId }, confirmation, requested, now },
    ) => {
      const presented = parseRefreshToken(token)
      if (!presented) throw invalidGrant('the refresh token is not one of ours', 'unknown_grant')
      const asked = parseScope(scope)
      const [lost] = scopesRefused(client, asked)
      if (lost !== undefined)
        throw invalidScope('The application may not ask for that scope any more.', 'scope not assigned')
      if (isNarrowing(requested)) await checkNarrowing(presented, client, requested)
      const { refreshTokenIdleSeconds } = await lifetimes()
      const successor = rulesFor(client).rotatesRefreshTokens ? newSuccessor(token, random) : undefined
      const used = await stores.refreshTokens.use(
        presented,
        {
          applicationId: client.id,
          scopes: asked,
          resources: requested.registeredResources,
          confirmation,
        },
        {
          successor,
          expiresAt: addSeconds(now, client.refreshTokenIdleSeconds ?? refreshTokenIdleSeconds),
        },
        now,
      )
      const { grant, refreshToken } = used
        ? { grant: used, refreshToken: successor?.token ?? token }
        : await explain(token, presented, { client, scopes: asked, confirmation, requested }, now)
      return {
        subject: 'user',
        client,
        credentialId,
        grantId: grant.id,
        consentId: grant.consentId,
        user: grant.user,
        organizationId: grant.organizationId,
        sessionId: grant.sessionId,
        consentedScopes: grant.consentedScopes,
        // RFC 6749 §6: if left out it is the scope originally granted; less what the application has lost since.
        scopes: asked.length > 0 ? asked : grant.scopes.filter((scope) => allowsScope(client, scope)),
        authenticatedAt: grant.authenticatedAt,
        amr: grant.amr,
        target: narrowedTarget(grant.terms, requested),
        // OIDC Core §12.2: an ID token of a refresh should have no nonce.
        nonce: null,
        terms: grant.terms,
        refreshToken,
      }
    },
  })
}
