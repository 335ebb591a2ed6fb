import type { FastifyPluginAsync } from 'fastify'
import type { Client } from '../clients/client.ts'
import { note } from '../observability/request-line.ts'
import { prefersOverJson } from '../protocol/accept.ts'
import { paths } from '../protocol/paths.ts'
import { introspectToken, type TokenIntrospection } from '../tokens/introspect.ts'
import { type SignedAnswers, signedIntrospection } from '../tokens/signed-answer.ts'
import {
  type ClientEndpoint,
  readClientRequest,
  refuseOtherMethods,
  requiredParameter,
} from './client-request.ts'

/** RFC 9701 §4, §10.3 */
const SIGNED_ANSWER = 'application/token-introspection+jwt'

export interface IntrospectionEndpoint extends ClientEndpoint {
  readonly signedAnswers: SignedAnswers
  readonly introspection: TokenIntrospection
}

/** RFC 9701 §4: asked for, or registered, when there is no other answer that one could ask for. */
const wantsSignedAnswer = ({ metadata }: Pick<Client, 'metadata'>, accept: string | undefined): boolean =>
  metadata.introspection_signed_response_alg !== undefined || prefersOverJson(accept, SIGNED_ANSWER)

/** RFC 7662, RFC 9701 */
export const introspectionEndpoint =
  (dependencies: IntrospectionEndpoint): FastifyPluginAsync =>
  async (app) => {
    refuseOtherMethods(app, paths.introspection)
    app.post(paths.introspection, async (request, reply) => {
      const { now, form, authenticated } = await readClientRequest(dependencies, request)
      const token = requiredParameter(form, 'token') // RFC 7662 §2.1
      const { client } = authenticated
      const answer = await introspectToken(dependencies.introspection, client, token, now)
      note(request, { outcome: answer.active ? 'active' : 'inactive' })
      reply.header('vary', 'accept')
      if (!wantsSignedAnswer(client, request.headers.accept)) return answer
      // RFC 9701 §5
      return reply
        .type(SIGNED_ANSWER)
        .send(await signedIntrospection(dependencies.signedAnswers, client, answer, now))
    })
  }
