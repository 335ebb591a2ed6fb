import type { FastifyPluginAsync } from 'fastify'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import { introspectToken, type TokenIntrospection } from '../tokens/introspect.ts'
import {
  type ClientEndpoint,
  readClientRequest,
  refuseOtherMethods,
  requiredParameter,
} from './client-request.ts'

export interface IntrospectionEndpoint extends ClientEndpoint {
  readonly introspection: TokenIntrospection
}

/** RFC 7662 */
export const introspectionEndpoint =
  (dependencies: IntrospectionEndpoint): FastifyPluginAsync =>
  async (app) => {
    refuseOtherMethods(app, paths.introspection)
    app.post(paths.introspection, async (request) => {
      const { now, form, authenticated } = await readClientRequest(dependencies, request)
      const token = requiredParameter(form, 'token') // RFC 7662 §2.1
      const answer = await introspectToken(dependencies.introspection, authenticated.client, token, now)
      note(request, { outcome: answer.active ? 'active' : 'inactive' })
      return answer
    })
  }
