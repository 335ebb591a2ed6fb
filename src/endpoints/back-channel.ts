import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify'
import { note } from '../observability/request-line.ts'
import { OAuthError, RequestTooLarge, TokenMissing, TooManyRequests } from '../protocol/error.ts'
import { isBodyRefusal, isUnavailable, RETRY_AFTER_SECONDS } from '../system/failure-code.ts'
import { type CrossOrigin, openToAllowedOrigins } from './cors.ts'

/** Bytes of a form; the longest sensible one carries two tokens and an assertion. */
const MAXIMUM_FORM_BYTES = 64 * 1024

/** RFC 6749 §5.2: 400, but for a client that has not proved who it is. */
const statusOf = (error: OAuthError, tooLarge: number): number => {
  if (error instanceof RequestTooLarge) return tooLarge
  if (error instanceof TooManyRequests) return 429
  switch (error.code) {
    case 'invalid_client':
    case 'invalid_token':
      return 401
    case 'dynamic_client_registration_disabled':
      return 403
    case 'temporarily_unavailable':
      return 503
    case 'server_error':
      return 500
    default:
      return 400
  }
}

/**
 * The scope of endpoints that clients call themselves: forms in, JSON out, nothing cached, errors of RFC 6749 §5.2.
 */
export const backChannel = (
  {
    issuer,
    crossOrigin,
    tooLarge = 400,
    body = 'form',
    methods,
  }: {
    readonly issuer: string
    /** Undefined where pages have no business. */
    readonly crossOrigin: CrossOrigin | undefined
    /** Status for more than is taken; RFC 6749 §5.2 knows 400 alone. */
    readonly tooLarge?: 400 | 413
    /** Metadata of clients are sent as JSON (RFC 7591 §3.1). */
    readonly body?: 'form' | 'json'
    /** Which pages may use, if not just GET and POST. */
    readonly methods?: string
  },
  endpoints: FastifyPluginAsync,
): FastifyPluginAsync =>
  async function backChannelScope(app) {
    if (body === 'form') await acceptForms(app)
    else acceptJson(app)
    app.addHook('onRequest', (_request, reply, done) => {
      // RFC 6749 §5.1: Cache-Control and Pragma on any response containing tokens or other sensitive information.
      reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
      done()
    })
    if (crossOrigin) openToAllowedOrigins(app, crossOrigin, methods)
    app.setErrorHandler((error, request, reply) => {
      const refusal = asOAuthError(error, mediaTypes[body])
      note(request, { outcome: refusal.code, reason: refusal.reason, check: refusal.check })
      // What clients do wrong is told by the line of the request, whatever led to it.
      if (isFaultOfOurs(refusal)) request.log.error({ err: error, requestId: request.id })
      return sendOAuthError(reply.code(statusOf(refusal, tooLarge)), refusal, issuer)
    })
    await app.register(endpoints)
  }

export const acceptForms = async (app: FastifyInstance): Promise<void> => {
  app.removeAllContentTypeParsers()
  await app.register(formbody, { bodyLimit: MAXIMUM_FORM_BYTES })
}

const acceptJson = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: MAXIMUM_FORM_BYTES },
    async (_request: unknown, text: string) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        throw new OAuthError('invalid_client_metadata', 'The body is not JSON.')
      }
    },
  )
}

/** RFC 6749 §4.1.3 and others; RFC 7591 §3.1. */
const mediaTypes = { form: 'application/x-www-form-urlencoded', json: 'application/json' } as const

const sendOAuthError = (reply: FastifyReply, error: OAuthError, issuer: string): FastifyReply => {
  // RFC 6749 §5.2, RFC 9110 §15.5.2: a 401 names the scheme that would do.
  if (error.code === 'invalid_client') reply.header('www-authenticate', `Basic realm="${issuer}"`)
  // RFC 6750 §3, §3.1
  if (error.code === 'invalid_token') {
    const challenge = error instanceof TokenMissing ? `realm="${issuer}"` : 'error="invalid_token"'
    reply.header('www-authenticate', `Bearer ${challenge}`)
  }
  if (error.code === 'temporarily_unavailable') {
    const isThrottled = error instanceof TooManyRequests
    reply.header('retry-after', isThrottled ? error.retryAfterSeconds : RETRY_AFTER_SECONDS)
  }
  return reply.send({ error: error.code, error_description: error.description })
}

/** Fastify's own refusals of a body, in the words of RFC 6749; everything else is a fault of ours. */
const asOAuthError = (error: unknown, mediaType: string): OAuthError => {
  if (error instanceof OAuthError) return error
  switch (errorCode(error)) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new OAuthError('invalid_request', `The body must be ${mediaType}.`)
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new RequestTooLarge()
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_BAD_URL':
      return new OAuthError('invalid_request', 'The request is malformed.')
    default:
      // Such as a client that hangs up in the middle of its body.
      return isBodyRefusal(error)
        ? new OAuthError('invalid_request', 'The request is malformed.', 'the body cannot be read')
        : faultOfOurs(error)
  }
}

/** Whether it is for the operator to look at. */
export const isFaultOfOurs = ({ code, cause }: OAuthError): boolean =>
  cause !== undefined && (code === 'server_error' || code === 'temporarily_unavailable')

/** What is nobody's fault but ours, and whether it may pass by itself. */
export const faultOfOurs = (cause: unknown): OAuthError =>
  isUnavailable(cause)
    ? new OAuthError('temporarily_unavailable', 'Try again in a moment.', 'the database is away', { cause })
    : new OAuthError('server_error', 'Something went wrong here; try again later.', 'unexpected error', {
        cause,
      })

const errorCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
