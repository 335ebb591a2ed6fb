import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { type Caller, createAccessTokenVerifier, InvalidToken } from './access-token-verifier.ts'

/*
 * A sample API. It takes the access tokens that applications got from Latchkey, for a user or for themselves, and
 * checks each by itself: signature, issuer, audience, times, and the scope that a route asks for.
 */

export interface ProtectedApiOptions {
  readonly issuer: string
  /** The client ID of the environment, as `latchkey bootstrap` prints it: `aud` of every access token. */
  readonly audience: string
  /** 0 for any free one. */
  readonly port: number
}

export interface ProtectedApi {
  readonly url: string
  close(): Promise<void>
}

export const startProtectedApi = async ({
  issuer,
  audience,
  port,
}: ProtectedApiOptions): Promise<ProtectedApi> => {
  const verify = createAccessTokenVerifier({ issuer, audience })
  const app = Fastify()

  /** The caller, or undefined when the refusal has been sent (RFC 6750 §3). */
  const callerOf = async (
    request: FastifyRequest,
    reply: FastifyReply,
    neededScope?: string,
  ): Promise<Caller | undefined> => {
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (token === undefined) {
      refuse(reply, 401, 'Bearer', {
        error: 'token_missing',
        error_description: 'An access token is needed.',
      })
      return undefined
    }
    try {
      const caller = await verify(token)
      if (neededScope === undefined || caller.scopes.includes(neededScope)) return caller
      refuse(reply, 403, `Bearer error="insufficient_scope", scope="${neededScope}"`, {
        error: 'insufficient_scope',
        error_description: `The access token was not granted ${neededScope}.`,
      })
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error
      // Why in detail is for a log of one's own; it is nobody else's business.
      refuse(reply, 401, 'Bearer error="invalid_token"', {
        error: 'invalid_token',
        error_description: 'The access token is invalid, expired or meant for somebody else.',
      })
    }
    return undefined
  }

  /** Who am I? For every good token. */
  app.get('/whoami', async (request, reply) => {
    const caller = await callerOf(request, reply)
    if (!caller) return reply
    const { kind, subject, clientId, organizationId, scopes } = caller
    return {
      caller: kind,
      ...(kind === 'user' && { user: subject }),
      application: clientId,
      organization: organizationId ?? null,
      scopes,
    }
  })

  /** Only with the permission reports:read. The organization says whose reports. */
  app.get('/reports', async (request, reply) => {
    const caller = await callerOf(request, reply, 'reports:read')
    if (!caller) return reply
    return { organization: caller.organizationId ?? null, reports: ['Visits in May', 'Visits in June'] }
  })

  // The keys could not be fetched: that is not the caller's fault, and worth another try.
  app.setErrorHandler((_error, _request, reply) =>
    reply
      .code(503)
      .header('retry-after', '5')
      .send({ error: 'unavailable', error_description: 'Try again.' }),
  )

  await app.listen({ port, host: 'localhost' })
  const address = app.server.address()
  const listensAt = typeof address === 'object' && address !== null ? address.port : port
  return { url: `http://localhost:${listensAt}`, close: () => app.close() }
}

const refuse = (
  reply: FastifyReply,
  status: number,
  challenge: string,
  body: { readonly error: string; readonly error_description: string },
): void => {
  reply.code(status).header('www-authenticate', challenge).send(body)
}
