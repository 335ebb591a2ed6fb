import type { FastifyPluginAsync } from 'fastify'
import type { Client } from '../clients/client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { type Grants, selectGrant } from '../grants/index.ts'
import { note } from '../observability/request-line.ts'
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
      const confirmation = await bindingOf(dependencies, { request, reply, now }, { client, certificate })
      const granted = await grant.exchange(form, { authenticated, confirmation, requested, now })
      const answer = await issueTokens(dependencies.tokenIssuing, granted, confirmation, now) // §5.1
      // Not before: anybody may name a public client.
      dependencies.clientUsed(client, now)
      note(request, { outcome: 'issued', ...(granted.subject !== 'client' && { userId: granted.user.id }) })
      return answer
    })
  }
