import type { FastifyPluginAsync } from 'fastify'
import { type Client, isAnybody } from '../clients/client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { type Grants, selectGrant } from '../grants/index.ts'
import { note } from '../observability/request-line.ts'
import { useProof } from '../proof-of-possession/dpop-proof.ts'
import type { ConsentId } from '../protocol/identifiers.ts'
import { paths } from '../protocol/paths.ts'
import { issueTokens, type TokenIssuing } from '../tokens/issue.ts'
import { requestedTarget } from '../tokens/requested-target.ts'
import { type ClientEndpoint, readClientRequest, refuseOtherMethods } from './client-request.ts'
import { bindingOf, type ProofEndpoint } from './proof-of-possession.ts'

export interface TokenEndpoint extends ClientEndpoint, ProofEndpoint {
  readonly grants: Grants
  readonly tokenIssuing: TokenIssuing
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly clientUsed: (client: Client, now: Date) => void
  readonly consentUsed: (id: ConsentId, now: Date) => void
}

/** RFC 6749 §3.2 */
export const tokenEndpoint =
  (dependencies: TokenEndpoint): FastifyPluginAsync =>
  async (app) => {
    refuseOtherMethods(app, paths.token)
    app.post(paths.token, async (request, reply) => {
      const { now, form, authenticated, certificate } = await readClientRequest(dependencies, request)
      const grant = selectGrant(dependencies.grants, form, authenticated.client) // §5.2
      note(request, { grantType: grant.grantType })
      const { client } = authenticated
      const requested = requestedTarget(form, client, await dependencies.environment.current())
      const proving = { request, reply, now }
      const { confirmation, proof } = await bindingOf(dependencies, proving, { client, certificate })
      let isUsed = false
      const useProofOnce = async () => {
        if (proof === undefined || isUsed) return
        isUsed = true
        await useProof(dependencies.stores, proof)
      }
      const asking = { authenticated, confirmation, requested, useProof: useProofOnce, now }
      // RFC 9449 §11.1: used before what it comes with is, so that of requests that are the same one has an effect. But of
      // those whom anybody may say they are no proof is written down for what they made up.
      const isWorthIt = proof !== undefined && (!isAnybody(client) || (await grant.isHeld(form, asking)))
      if (isWorthIt) await useProofOnce()
      const granted = await grant.exchange(form, asking)
      // No tokens without it, whatever the grant did.
      await useProofOnce()
      const answer = await issueTokens(dependencies.tokenIssuing, granted, confirmation, now) // §5.1
      // Not before: anybody may name a public client.
      dependencies.clientUsed(client, now)
      if (granted.subject === 'user') dependencies.consentUsed(granted.consentId, now)
      note(request, { outcome: 'issued', ...(granted.subject !== 'client' && { userId: granted.user.id }) })
      return answer
    })
  }
