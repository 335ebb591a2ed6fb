import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../observability/request-line.ts'
import { invalidRequest, OAuthError } from '../protocol/error.ts'
import { readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { RETRY_AFTER_SECONDS } from '../system/failure-code.ts'
import { userinfoClaims } from '../tokens/userinfo-claims.ts'
import { type TokenVerification, verifyAccessToken } from '../tokens/verify.ts'
import { acceptForms, faultOfOurs } from './back-channel.ts'
import { type CrossOrigin, openToAllowedOrigins } from './cors.ts'

export interface UserinfoEndpoint {
  readonly issuer: string
  readonly clock: Clock
  readonly verification: TokenVerification
  readonly environment: CrossOrigin
}

/** OIDC Core §5.3: GET and POST, errors in the words of RFC 6750 §3. */
export const userinfoEndpoint = ({
  issuer,
  clock,
  verification,
  environment,
}: UserinfoEndpoint): FastifyPluginAsync =>
  async function userinfoScope(app) {
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
      note(request, { outcome: refusal.code, reason: refusal.reason })
      if (refusal.cause !== undefined) request.log.error({ err: error, requestId: request.id })
      return sendBearerError(reply, refusal, issuer)
    })

    app.route({
      method: ['GET', 'POST'],
      url: paths.userinfo,
      handler: async (request, reply) => {
        const token = bearerToken(request)
        if (token === undefined) {
          // RFC 6750 §3.1: without any authentication information no error code in the challenge.
          note(request, { outcome: 'no token' })
          return reply
            .code(401)
            .header('www-authenticate', `Bearer realm="${issuer}"`)
            .send({ error: 'invalid_token', error_description: 'An access token is needed.' })
        }
        const held = await verifyAccessToken(verification, token, clock.now())
        if (!held) {
          throw new OAuthError('invalid_token', 'The access token is invalid, expired or revoked.')
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
        return userinfoClaims(held)
      },
    })
  }

/** RFC 6750 §2.1, §2.2. @throws OAuthError invalid_request for more than one method (§2). */
const bearerToken = (request: FastifyRequest): string | undefined => {
  const [, fromHeader] = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(request.headers.authorization ?? '') ?? []
  const fromForm = request.method === 'POST' ? readParameters(request.body).get('access_token') : undefined
  if (fromHeader !== undefined && fromForm !== undefined) {
    throw invalidRequest('The access token was sent twice.', 'two bearer methods')
  }
  return fromHeader ?? fromForm
}

/** RFC 6750 §3 */
const sendBearerError = (
  reply: FastifyReply,
  { code, description }: OAuthError,
  issuer: string,
): FastifyReply => {
  const status =
    { invalid_token: 401, insufficient_scope: 403, server_error: 500, temporarily_unavailable: 503 }[
      code as string
    ] ?? 400
  if (status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (status < 500) {
    const scope = code === 'insufficient_scope' ? ', scope="openid"' : ''
    reply.header(
      'www-authenticate',
      `Bearer realm="${issuer}", error="${code}", error_description="${description}"${scope}`,
    )
  }
  return reply.code(status).send({ error: code, error_description: description })
}

const isBodyRefusal = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'statusCode' in error && Number(error.statusCode) < 500
