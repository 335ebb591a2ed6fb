import { allowedGrantTypes, allowsDevices, allowsScope, type Client } from '../clients/client.ts'
import type { Environment, EnvironmentRegistry } from '../environment/environment-registry.ts'
import { loginUriOf } from '../environment/login-uri-of.ts'
import { OAuthError } from '../protocol/error.ts'
import { found, registered, sent } from '../protocol/fact.ts'
import type { GrantTerms } from '../protocol/grant-terms.ts'
import type { Stores } from '../storage/index.ts'
import { requestedDetails } from '../tokens/requested-details.ts'
import { ShownError } from './error.ts'
import { type ClientIdentification, findDescribed } from './identify-client.ts'
import type { WaitingDevice } from './pending-request.ts'
import { agreementTo, type DeviceRequest } from './request.ts'

export interface DeviceReading extends Pick<ClientIdentification, 'findToAuthorize'> {
  readonly stores: Pick<Stores, 'deviceAuthorizations'>
  readonly environment: Pick<EnvironmentRegistry, 'current'>
}

/**
 * What a device waits for, as it stands now: nobody has decided yet, and there is time left.
 *
 * @throws ShownError
 */
export const deviceRequestOf = async (
  reading: DeviceReading,
  { deviceCodeHash, userCode }: WaitingDevice,
  now: Date,
): Promise<DeviceRequest> => {
  const { stores, environment } = reading
  const waiting = await stores.deviceAuthorizations.find(deviceCodeHash)
  if (!waiting) throw new ShownError('deviceCodeExpired', 'the device code has expired, and was swept')
  const { grantId, ipAddress, createdAt, expiresAt, status, clientId } = waiting
  const facts = [sent('client_id', clientId), found('asked', createdAt.toISOString())]
  if (status === 'pending' && expiresAt <= now) {
    const ended = found('expired', expiresAt.toISOString())
    throw new ShownError('deviceCodeExpired', 'the device code has expired', [...facts, ended])
  }
  if (status !== 'pending')
    throw new ShownError('deviceCodeUsed', `the device authorization is ${status}`, facts)
  const client = await findDescribed(reading, clientId)
  if (!client || !allowsDevices(client)) {
    const reason = 'the application may not be authorized from another device'
    const allowed = registered('grant_types', client ? allowedGrantTypes(client) : [])
    throw new ShownError('unknownApplication', reason, [...facts, allowed], { about: client })
  }
  const terms = waiting.terms ?? {}
  const current = await environment.current()
  checkTermsAgain(terms, client, current)
  // Less what the application has lost while its device waited.
  const scopes = waiting.scopes.filter((scope) => allowsScope(client, scope))
  return {
    from: 'device',
    client,
    device: { deviceCodeHash, userCode, grantId, clientId: client.clientId, ipAddress, createdAt },
    scopes,
    terms,
    ...agreementTo({ client, scopes, terms }, current),
    // Whoever stands before a device has nobody to tell them what it cannot do with less.
    optionalScopes: [],
    // RFC 8628 §3.1 has none of the parameters by which a browser's request says how its user is to be asked.
    prompts: [],
    maxAgeSeconds: client.metadata.default_max_age,
    loginHint: undefined,
    contextDemand: undefined,
    uiLocales: [],
    idTokenHint: undefined,
    organizationId: undefined,
    loginUri: loginUriOf(current, { client, organizationId: undefined }),
  }
}

/**
 * RFC 8707 §2, RFC 9396 §5: what its device asked for is still there to be had, or nobody is asked to agree to it. Not less
 * of it, as of scopes: what comes back later would have been agreed to by nobody.
 *
 * @throws ShownError
 */
const checkTermsAgain = (
  { resources = [], authorizationDetails: details }: GrantTerms,
  client: Client,
  environment: Environment,
): void => {
  if (!resources.every((resource) => environment.resources.some(({ uri }) => uri === resource)))
    throw new ShownError(
      'deviceCodeExpired',
      'a resource that was asked for is not registered any more',
      [
        ...resources.map((resource) => sent('resource', resource)),
        registered(
          'resources',
          environment.resources.map(({ uri }) => uri),
        ),
      ],
      { about: client },
    )
  try {
    requestedDetails(details && JSON.stringify(details), client, environment)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    throw new ShownError(
      'deviceCodeExpired',
      `authorization details that were asked for: ${error.message}`,
      [found('error_description', error.description)],
      { about: client },
    )
  }
}
