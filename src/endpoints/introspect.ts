import type { FastifyPluginAsync } from 'fastify'
import { authenticateClient, type ClientAuthentication } from '../client-authentication/index.ts'
import { note } from '../observability/request-line.ts'
import { invalidRequest } from '../protocol/error.ts'
import type { CredentialId } from '../protocol/identifiers.ts'
import { readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { introspectToken, type TokenIntrospection } from '../tokens/introspect.ts'
import { authorizationOf } from './back-channel.ts'

export interface IntrospectionEndpoint {
  readonly clock: Clock
  readonly clientAuthentication: ClientAuthentication
  readonly credentialUsed: (id: CredentialId, now: Date) => void
  readonly introspection: TokenIntrospection
}

/** RFC 7662 */
export const introspectionEndpoint =
  (dependencies: IntrospectionEndpoint): FastifyPluginAsync =>
  async (app) => {
    app.post(paths.introspection, async (request) => {
      const now = dependencies.clock.now()
      const form = readParameters(request.body)
      const authorization = authorizationOf(request)
      const authenticated = await authenticateClient(dependencies.clientAuthentication, {
        authorization,
        form,
      })
      note(request, { clientId: authenticated.client.clientId })
      if (authenticated.credentialId) dependencies.credentialUsed(authenticated.credentialId, now)
      const token = form.get('token')
      if (token === undefined) throw invalidRequest('token is missing.', 'missing parameter: token') // RFC 7662 §2.1
      const answer = await introspectToken(dependencies.introspection, authenticated.client, token, now)
      note(request, { outcome: answer.active ? 'active' : 'inactive' })
      return answer
    })
  }
