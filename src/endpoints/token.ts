import type { FastifyPluginAsync } from 'fastify'
import { authenticateClient, type ClientAuthentication } from '../client-authentication/index.ts'
import { type Grants, selectGrant } from '../grants/index.ts'
import { note } from '../observability/request-line.ts'
import type { CredentialId } from '../protocol/identifiers.ts'
import { readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { issueTokens, type TokenIssuing } from '../tokens/issue.ts'
import { authorizationOf } from './back-channel.ts'

export interface TokenEndpoint {
  readonly clock: Clock
  readonly clientAuthentication: ClientAuthentication
  readonly credentialUsed: (id: CredentialId, now: Date) => void
  readonly grants: Grants
  readonly tokenIssuing: TokenIssuing
}

/** RFC 6749 §3.2 */
export const tokenEndpoint =
  (dependencies: TokenEndpoint): FastifyPluginAsync =>
  async (app) => {
    app.post(paths.token, async (request) => {
      const now = dependencies.clock.now()
      const form = readParameters(request.body) // RFC 6749 §3.2
      const authorization = authorizationOf(request)
      const authenticated = await authenticateClient(dependencies.clientAuthentication, {
        authorization,
        form,
      }) // §3.2.1
      const { client, credentialId } = authenticated
      note(request, { clientId: client.clientId, grantType: form.get('grant_type')?.slice(0, 80) ?? '' })
      if (credentialId) dependencies.credentialUsed(credentialId, now)
      const grant = selectGrant(dependencies.grants, form, client) // §5.2
      const granted = await grant.exchange(form, { authenticated, now })
      const answer = await issueTokens(dependencies.tokenIssuing, granted, now) // §5.1
      note(request, { outcome: 'issued', ...(granted.subject === 'user' && { userId: granted.user.id }) })
      return answer
    })
  }
