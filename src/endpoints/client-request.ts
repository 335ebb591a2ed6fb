import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authenticateClient, type ClientAuthentication } from '../client-authentication/index.ts'
import type { AuthenticatedClient, PresentedCertificate } from '../client-authentication/method.ts'
import { note } from '../observability/request-line.ts'
import { invalidRequest } from '../protocol/error.ts'
import type { CredentialId } from '../protocol/identifiers.ts'
import { type Parameters, readParameters } from '../protocol/parameters.ts'
import type { Clock } from '../system/clock.ts'
import type { CertificateOf } from './client-certificate.ts'

/** What every endpoint takes that a client calls by itself. */
export interface ClientEndpoint {
  readonly clock: Clock
  readonly clientAuthentication: ClientAuthentication
  readonly certificateOf: CertificateOf
  readonly credentialUsed: (id: CredentialId, now: Date) => void
}

export interface ClientRequest {
  readonly now: Date
  readonly form: Parameters
  readonly authenticated: AuthenticatedClient
  readonly certificate: PresentedCertificate | undefined
}

/**
 * How every request of a client begins: its form (RFC 6749 §3.2), then who it is (§3.2.1).
 *
 * @throws OAuthError invalid_request, invalid_client
 */
export const readClientRequest = async (
  { clock, clientAuthentication, certificateOf, credentialUsed }: ClientEndpoint,
  request: FastifyRequest,
): Promise<ClientRequest> => {
  const now = clock.now()
  const form = readParameters(request.body)
  const { authorization } = request.headers
  const certificate = certificateOf(request)
  const path = request.routeOptions.url ?? ''
  let namedClientId: string | undefined
  const authenticated = await authenticateClient(
    clientAuthentication,
    { authorization, form, certificate, path },
    now,
    (client) => {
      namedClientId = client.clientId
    },
  ).catch((error: unknown) => {
    if (namedClientId !== undefined) note(request, { namedClientId })
    throw error
  })
  note(request, { clientId: authenticated.client.clientId })
  if (authenticated.credentialId) credentialUsed(authenticated.credentialId, now)
  return { now, form, authenticated, certificate }
}

/** RFC 9110 §15.5.6: the other methods of an endpoint that takes POST alone. */
export const refuseOtherMethods = (app: FastifyInstance, path: string): void => {
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: path,
    handler: async (_request, reply) =>
      reply
        .code(405)
        .header('allow', 'POST')
        .send({ error: 'invalid_request', error_description: 'This endpoint takes POST.' }),
  })
}

/** A parameter the endpoint cannot do without. @throws OAuthError invalid_request */
export const requiredParameter = (form: Parameters, name: string): string => {
  const value = form.get(name)
  if (value === undefined) throw invalidRequest(`${name} is missing.`, `missing parameter: ${name}`)
  return value
}
