import type { FastifyPluginAsync } from 'fastify'
import { note } from '../observability/request-line.ts'
import { invalidRequest, OAuthError } from '../protocol/error.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { isBodyRefusal } from '../system/failure-code.ts'
import { type SignedAnswers, signedUserinfo } from '../tokens/signed-answer.ts'
import { userinfoClaims } from '../tokens/userinfo-claims.ts'
import { acceptForms, faultOfOurs, isFaultOfOurs } from './back-channel.ts'
import { openToAllowedOrigins } from './cors.ts'
import { askForToken, sendTokenError, type TokenTaking, takeToken } from './presented-token.ts'

export interface UserinfoEndpoint extends TokenTaking {
  readonly issuer: string
  readonly clock: Clock
  readonly signedAnswers: SignedAnswers
}

/** OIDC Core §5.3: GET and POST, errors in the words of RFC 6750 §3. */
export const userinfoEndpoint = (dependencies: UserinfoEndpoint): FastifyPluginAsync =>
  async function userinfoScope(app) {
    const { issuer, clock, verification, environment, signedAnswers } = dependencies
    await acceptForms(app)
    openToAllowedOrigins(app, environment)
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.setErrorHandler((error, request, reply) => {
      const refusal =
        error instanceof OAuthError
          ? error
          : isBodyRefusal(error)
            ? invalidRequest('The request is malformed.')
            : faultOfOurs(error)
      note(request, { outcome: refusal.code, reason: refusal.reason, check: refusal.check })
      if (isFaultOfOurs(refusal)) request.log.error({ err: error, requestId: request.id })
      return sendTokenError(request, reply, refusal, issuer)
    })

    app.route({
      method: ['GET', 'POST'],
      url: paths.userinfo,
      handler: async (request, reply) => {
        const held = await takeToken(dependencies, { request, reply, now: clock.now() })
        if (held === undefined) {
          note(request, { outcome: 'no token' })
          return askForToken(reply, issuer)
        }
        note(request, { clientId: held.claims.client_id })
        const { scopes } = held
        // OIDC Core §5.3.1: an access token from an OpenID Connect authentication request.
        if (held.subject === 'client') {
          throw new OAuthError('insufficient_scope', 'The access token is of an application, not of a user.')
        }
        if (!scopes.includes('openid')) {
          throw new OAuthError('insufficient_scope', 'The access token was not granted the scope openid.')
        }
        note(request, { userId: held.user.id, outcome: 'answered' })
        const claims = userinfoClaims(held)
        const client = await verification.findClient(held.claims.client_id)
        const algorithm = client?.metadata.userinfo_signed_response_alg
        if (client === undefined || algorithm === undefined) return claims
        // OIDC Core §5.3.2: whoever registered an algorithm gets a JWT, whatever Accept says.
        return reply
          .type('application/jwt')
          .send(await signedUserinfo(signedAnswers, { clientId: client.clientId, algorithm }, claims))
      },
    })
  }
