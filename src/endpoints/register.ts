import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { clientInformation } from '../clients/client-information.ts'
import type { ClientRegistry } from '../clients/client-registry.ts'
import { type DynamicRegistration, registerClient } from '../clients/dynamic-registration.ts'
import {
  authorizeManagement,
  deleteClient,
  redirectUrisFor,
  replaceDescription,
} from '../clients/registered-client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { note } from '../observability/request-line.ts'
import { OAuthError, TokenMissing } from '../protocol/error.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { refuseOtherMethods } from './client-request.ts'

export interface RegistrationEndpoint {
  readonly issuer: string
  readonly clock: Clock
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly dynamicRegistration: DynamicRegistration
  readonly clientRegistry: Pick<ClientRegistry, 'invalidate'>
}

interface OfClient {
  readonly Params: { readonly clientId: string }
}

/**
 * RFC 7591, RFC 7592. While registration is off nobody new registers and nobody changes what they registered; to look at
 * it, and to take it back, is still possible.
 */
export const registrationEndpoint =
  (dependencies: RegistrationEndpoint): FastifyPluginAsync =>
  async (app) => {
    const { issuer, clock, dynamicRegistration, clientRegistry } = dependencies
    const clientUri = (clientId: string) => `${issuer}${paths.registration}/${encodeURIComponent(clientId)}`

    refuseOtherMethods(app, paths.registration)
    app.post(paths.registration, async (request, reply) => {
      await requireSwitchedOn(dependencies)
      const now = clock.now()
      const members = membersOf(request)
      const { client, secret, registrationAccessToken } = await registerClient(
        dynamicRegistration,
        members,
        request.ip,
        now,
      )
      note(request, { clientId: client.clientId, outcome: 'registered' })
      const information = clientInformation(client, {
        redirectUris: redirectUrisFor(client, members['redirect_uris']),
        secret,
        registration:
          registrationAccessToken === undefined
            ? undefined
            : { accessToken: registrationAccessToken, uri: clientUri(client.clientId) },
      })
      // RFC 7591 §3.2.1
      return reply.code(201).send(information)
    })

    /** RFC 7592 §3, with the token that was shown: we have only its hash. Its secret is not shown again. */
    const answered = (client: Awaited<ReturnType<typeof authorizeManagement>>, accessToken: string) =>
      clientInformation(client, {
        redirectUris: client.redirectUris.map(({ uri }) => uri),
        registration: { accessToken, uri: clientUri(client.clientId) },
      })

    const authorized = async (request: FastifyRequest<OfClient>) => {
      const accessToken = bearerToken(request)
      if (accessToken === undefined) throw new TokenMissing()
      const client = await authorizeManagement(dynamicRegistration, request.params.clientId, accessToken)
      note(request, { clientId: client.clientId })
      return { client, accessToken }
    }

    app.get<OfClient>(`${paths.registration}/:clientId`, async (request) => {
      const { client, accessToken } = await authorized(request)
      return answered(client, accessToken)
    })

    app.put<OfClient>(`${paths.registration}/:clientId`, async (request) => {
      const { client, accessToken } = await authorized(request)
      await requireSwitchedOn(dependencies)
      const changed = await replaceDescription(
        dynamicRegistration,
        client,
        membersOf(request),
        request.ip,
        clock.now(),
      )
      clientRegistry.invalidate(client.clientId)
      note(request, { outcome: 'changed' })
      return answered(changed, accessToken)
    })

    app.delete<OfClient>(`${paths.registration}/:clientId`, async (request, reply) => {
      const { client } = await authorized(request)
      await deleteClient(dynamicRegistration, client, clock.now())
      clientRegistry.invalidate(client.clientId)
      note(request, { outcome: 'deleted' })
      return reply.code(204).send()
    })
  }

/** @throws OAuthError dynamic_client_registration_disabled */
const requireSwitchedOn = async ({
  environment,
}: Pick<RegistrationEndpoint, 'environment'>): Promise<void> => {
  const { settings } = await environment.current()
  if (settings.dynamicClientRegistration) return
  throw new OAuthError('dynamic_client_registration_disabled', 'Dynamic client registration is disabled.')
}

/** @throws OAuthError invalid_client_metadata */
const membersOf = ({ body }: FastifyRequest): Readonly<Record<string, unknown>> => {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new OAuthError('invalid_client_metadata', 'The body is not a JSON object.')
}

/** RFC 6750 §2.1 */
const bearerToken = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(headers.authorization ?? '')?.[1]
