import type { FastifyPluginAsync } from 'fastify'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import { revokeToken, type TokenRevocation } from '../tokens/revoke.ts'
import {
  type ClientEndpoint,
  readClientRequest,
  refuseOtherMethods,
  requiredParameter,
} from './client-request.ts'

export interface RevocationEndpoint extends ClientEndpoint {
  readonly revocation: TokenRevocation
}

/** RFC 7009 */
export const revocationEndpoint =
  (dependencies: RevocationEndpoint): FastifyPluginAsync =>
  async (app) => {
    refuseOtherMethods(app, paths.revocation)
    app.post(paths.revocation, async (request) => {
      const { now, form, authenticated } = await readClientRequest(dependencies, request)
      const token = requiredParameter(form, 'token') // RFC 7009 §2.1
      const revoked = await revokeToken(dependencies.revocation, authenticated.client, token, now)
      note(request, { outcome: `revoked ${revoked}` })
      // RFC 7009 §2.2: 200 for invalid tokens too. Not empty, since clients insist on parsing JSON.
      return {}
    })
  }
