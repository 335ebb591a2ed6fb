import type { FastifyPluginAsync } from 'fastify'
import { pushRequest, type RequestPushing } from '../authorization/push-request.ts'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import { type ClientEndpoint, readClientRequest, refuseOtherMethods } from './client-request.ts'
import { type ProofEndpoint, proofOfClient } from './proof-of-possession.ts'

export interface PushedAuthorizationRequestEndpoint extends ClientEndpoint, ProofEndpoint {
  readonly requestPushing: RequestPushing
}

/** RFC 9126 §2 */
export const pushedAuthorizationRequestEndpoint =
  (dependencies: PushedAuthorizationRequestEndpoint): FastifyPluginAsync =>
  async (app) => {
    // RFC 9126 §2.3: 405
    refuseOtherMethods(app, paths.pushedAuthorizationRequest)
    app.post(paths.pushedAuthorizationRequest, async (request, reply) => {
      const { now, form, authenticated } = await readClientRequest(dependencies, request)
      const { client } = authenticated
      const proof = await proofOfClient(dependencies, { request, reply, now }, client)
      const by = { client, proof, address: request.ip }
      const pushed = await pushRequest(dependencies.requestPushing, form, by, now)
      note(request, { outcome: 'pushed' })
      // RFC 9126 §2.2
      return reply.code(201).send({ request_uri: pushed.requestUri, expires_in: pushed.expiresInSeconds })
    })
  }
