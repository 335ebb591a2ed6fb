import type { FastifyPluginAsync } from 'fastify'
import { authenticateClient, type ClientAuthentication } from '../client-authentication/index.ts'
import { note } from '../observability/request-line.ts'
import { invalidRequest } from '../protocol/error.ts'
import { readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { revokeToken, type TokenRevocation } from '../tokens/revoke.ts'
import { authorizationOf } from './back-channel.ts'

export interface RevocationEndpoint {
  readonly clock: Clock
  readonly clientAuthentication: ClientAuthentication
  readonly revocation: TokenRevocation
}

/** RFC 7009 */
export const revocationEndpoint =
  (dependencies: RevocationEndpoint): FastifyPluginAsync =>
  async (app) => {
    app.post(paths.revocation, async (request) => {
      const now = dependencies.clock.now()
      const form = readParameters(request.body)
      const authorization = authorizationOf(request)
      const authenticated = await authenticateClient(dependencies.clientAuthentication, {
        authorization,
        form,
      })
      note(request, { clientId: authenticated.client.clientId })
      const token = form.get('token')
      if (token === undefined) throw invalidRequest('token is missing.', 'missing parameter: token') // RFC 7009 §2.1
      const revoked = await revokeToken(dependencies.revocation, authenticated.client, token, now)
      note(request, { outcome: `revoked ${revoked}` })
      // RFC 7009 §2.2: 200 for invalid tokens too. Not empty, since clients insist on parsing JSON.
      return {}
    })
  }
