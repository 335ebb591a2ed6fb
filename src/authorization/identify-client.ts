import { type Client, defaultRedirectUri } from '../clients/client.ts'
import type { FindToAuthorize } from '../clients/self-described.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { OAuthError } from '../protocol/error.ts'
import { type Fact, found, registered, sent } from '../protocol/fact.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { findRegisteredRedirectUri } from '../protocol/registered-redirect-uri.ts'
import { closestResponseType, defaultResponseMode } from '../protocol/response-type.ts'
import { nearMissFacts } from '../protocol/uri-difference.ts'
import { ShownError } from './error.ts'
import { answerableMode, type ResponseTarget } from './response.ts'
import type { TrialRequest, TrialRequests } from './trial-request.ts'

export interface IdentifiedClient {
  readonly client: Client
  readonly target: ResponseTarget
  /** Whether the request named its redirection URI; then the token request must too (RFC 6749 §4.1.3). */
  readonly redirectUriGiven: boolean
  /** An operator tries how it goes. */
  readonly trial: TrialRequest | undefined
}

export interface ClientIdentification {
  readonly findToAuthorize: FindToAuthorize
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  /** Of every first-party application besides its own. */
  readonly environmentRedirectUris: () => Promise<readonly string[]>
  readonly trialRequests: Pick<TrialRequests, 'redirectUri' | 'open'>
}

/**
 * Who asks, and where the answer may go. The failures here are the ones that are shown and never redirected
 * (RFC 6749 §4.1.2.1).
 *
 * @throws ShownError
 */
export const identifyClient = async (
  identification: ClientIdentification,
  parameters: Parameters,
): Promise<IdentifiedClient> => {
  const client = await findRequestingClient(identification, parameters)
  const requested = parameters.get('redirect_uri')
  // RFC 6749 §3.1.2.3: it may be left out where the client has one; OIDC Core §3.1.2.1: with openid it is required.
  const isOpenId = (parameters.get('scope') ?? '').split(' ').includes('openid')
  const wanted = requested ?? (isOpenId ? undefined : defaultRedirectUri(client))
  const ofEnvironment = client.isFirstParty ? await identification.environmentRedirectUris() : []
  const trial = trialOf(identification, client, parameters)
  const ofTrial = trial && identification.trialRequests.redirectUri
  const redirectUri =
    wanted === undefined ? undefined : findRegisteredRedirectUri(wanted, client, ofEnvironment, ofTrial)
  if (redirectUri === undefined) {
    throw new ShownError(
      'untrustedReturnAddress',
      requested === undefined ? 'redirect_uri is missing' : 'redirect_uri is not registered',
      redirectUriFacts(client, requested, ofEnvironment),
      { about: client },
    )
  }
  const { settings } = await identification.environment.current()
  const responseType = closestResponseType(parameters.get('response_type') ?? '', settings)
  return {
    client,
    target: {
      redirectUri,
      state: parameters.get('state'),
      mode:
        answerableMode(parameters.get('response_mode'), { redirectUri, responseType }, settings) ??
        defaultResponseMode(responseType),
      client,
    },
    redirectUriGiven: requested !== undefined,
    trial,
  }
}

const trialOf = (
  { trialRequests }: Pick<ClientIdentification, 'trialRequests'>,
  { clientId }: Client,
  parameters: Parameters,
): TrialRequest | undefined => {
  if (parameters.get('redirect_uri') !== trialRequests.redirectUri) return undefined
  const trial = trialRequests.open(parameters.get('state'))
  return trial?.clientId === clientId ? trial : undefined
}

/** What a developer compares, and what they would find. */
const redirectUriFacts = (
  client: Client,
  requested: string | undefined,
  ofEnvironment: readonly string[],
): readonly Fact[] => {
  const uris = client.redirectUris.map(({ uri }) => uri)
  return [
    sent('client_id', client.clientId),
    sent('redirect_uri', requested),
    registered('name', [client.name]),
    registered('redirect_uris', uris),
    ...(ofEnvironment.length > 0 ? [registered('redirect_uris of the environment', ofEnvironment)] : []),
    ...nearMissFacts(requested, uris),
  ]
}

/** @throws ShownError unknownApplication, undescribedApplication */
export const findRequestingClient = async (
  identification: Pick<ClientIdentification, 'findToAuthorize'>,
  parameters: Parameters,
): Promise<Client> => {
  const clientId = parameters.get('client_id')
  if (clientId === undefined) throw new ShownError('unknownApplication', 'client_id is missing')
  const client = await findDescribed(identification, clientId)
  // An application that only ever acts for itself has no users to send here.
  if (client?.type !== 'oauth') {
    throw new ShownError(
      'unknownApplication',
      client ? 'the application is of type m2m' : 'unknown client_id',
      [
        sent('client_id', clientId),
        ...(client
          ? [registered('name', [client.name]), registered('type', [client.type])]
          : [found('registered', 'no application has this client_id here')]),
      ],
      { about: client },
    )
  }
  return client
}

/** @throws ShownError undescribedApplication */
export const findDescribed = async (
  { findToAuthorize }: Pick<ClientIdentification, 'findToAuthorize'>,
  clientId: string,
): Promise<Client | undefined> => {
  try {
    return await findToAuthorize(clientId)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    throw new ShownError(
      'undescribedApplication',
      error.reason,
      [sent('client_id', clientId), found('problem', error.description)],
      { cause: error },
    )
  }
}
