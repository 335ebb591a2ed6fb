import { type Acting, actingAs } from '../events/record.ts'
import { OAuthError } from '../protocol/error.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import { withoutLoopbackPort } from '../protocol/registered-redirect-uri.ts'
import { constantTimeEqual, sha256 } from '../system/hash.ts'
import { applyDescription } from './changed-identity.ts'
import type { Client } from './client.ts'
import { metadataProblems } from './client-metadata.ts'
import { admitChange, checkSectorOf, type DynamicRegistration, usesSecret } from './dynamic-registration.ts'
import { deleteApplication } from './registration.ts'
import { type Described, readDescription, withSaidByOperator } from './registration-request.ts'
import { registrableResponseTypes } from './response-types.ts'

/*
 * What a client that registered itself may do about that (RFC 7592), by the token it was given then. It never becomes
 * more than it was: a secret is not swapped for none, nor a key for a secret.
 */

export type RegistrationManagement = Pick<
  DynamicRegistration,
  'stores' | 'transaction' | 'random' | 'checkSector' | 'authMethods' | 'responseTypes' | 'registrationLimits'
>

/**
 * RFC 7592 §2: the client of that ID, if the token is its own. Nothing tells a client that is not there from a token that
 * is not its.
 *
 * @throws OAuthError invalid_token
 */
export const authorizeManagement = async (
  { stores }: Pick<RegistrationManagement, 'stores'>,
  clientId: string,
  token: string,
): Promise<Client> => {
  const id = parseIdentifier('client', clientId)
  const client = id && (await stores.clients.byClientId(id))
  const hash = client?.registrationAccessTokenHash ?? ''
  if (!constantTimeEqual(sha256(token), hash) || !client)
    throw invalidToken('not its registration access token')
  return client
}

const invalidToken = (reason: string) =>
  new OAuthError('invalid_token', 'The registration access token is not valid for this client.', reason)

/**
 * RFC 7592 §2.2: replaces all that the client said of itself.
 *
 * @param address where the request came from.
 * @throws OAuthError invalid_redirect_uri, invalid_client_metadata; invalid_token if it was deleted meanwhile;
 *   TooManyRequests
 */
export const replaceDescription = async (
  management: RegistrationManagement,
  client: Client,
  members: Readonly<Record<string, unknown>>,
  address: string,
  now: Date,
): Promise<Client> => {
  checkIssued(client, members)
  const { authMethods } = management
  const responseTypes = registrableResponseTypes(client, await management.responseTypes())
  const described = readDescription(members, {
    authMethod: 'client_secret_basic',
    authMethods,
    responseTypes,
  })
  if (described.isPublic || usesSecret(described) !== usesSecret(client)) {
    throw new OAuthError(
      'invalid_client_metadata',
      'token_endpoint_auth_method can be changed for a method of the same kind alone; register a new client.',
    )
  }
  // OIDC Core §8.1: whoever signed in to it did so by the redirection URIs of the sector it was in.
  if (described.metadata.sector_identifier_uri !== client.metadata.sector_identifier_uri) {
    throw new OAuthError(
      'invalid_client_metadata',
      'sector_identifier_uri cannot be changed; register a new client.',
    )
  }
  await admitChange(management, client, address, now)
  await checkSectorOf(management, described)
  return change(management, client, now, ({ acting, current }) =>
    applyDescription(acting, current, changesOf(described, current)),
  )
}

/** RFC 7592 §2.3. Its tokens are worth nothing afterwards. */
export const deleteClient = (
  management: RegistrationManagement,
  client: Client,
  now: Date,
): Promise<boolean> =>
  change(management, client, now, ({ acting, current }) => deleteApplication(acting, current))

type Changing = Acting<Parameters<Parameters<RegistrationManagement['transaction']>[0]>[0]>

/** With the client as it is once it is locked: its token may have gone, with it, since it was looked at. */
const change = <T>(
  { transaction, random }: RegistrationManagement,
  client: Client,
  now: Date,
  work: (changing: { readonly acting: Changing; readonly current: Client }) => Promise<T>,
): Promise<T> =>
  transaction(async (stores) => {
    const current = (await stores.clients.lock(client.id)) ? await stores.clients.byId(client.id) : undefined
    if (!current) throw invalidToken('deleted meanwhile')
    const acting = actingAs({ type: 'client', id: client.clientId }, { stores, now, random })
    return work({ acting, current })
  })

/**
 * All that it said, beside what the operator has said of it by now, with which it must agree as well.
 *
 * @throws OAuthError invalid_client_metadata
 */
const changesOf = ({ name, redirectUris, metadata: said, jwks, jwksUri }: Described, current: Client) => {
  const metadata = withSaidByOperator(said, current.metadata)
  const [problem] = metadataProblems(metadata, { ...current, redirectUris, jwks, jwksUri })
  if (problem) throw new OAuthError('invalid_client_metadata', `${problem.field}: ${problem.message}`)
  return { name, redirectUris, metadata, jwks, jwksUri }
}

/** RFC 7592 §2.2: what only the server gives. */
const issuedMembers = [
  ...['registration_access_token', 'registration_client_uri'],
  ...['client_id_issued_at', 'client_secret_expires_at'],
]

const checkIssued = (client: Client, members: Readonly<Record<string, unknown>>): void => {
  // RFC 7592 §2.2: must include its client_id, the same as now.
  if (members['client_id'] !== client.clientId) {
    throw new OAuthError('invalid_client_metadata', 'client_id is not that of the client.')
  }
  const issued = issuedMembers.find((name) => members[name] !== undefined)
  if (issued !== undefined) {
    throw new OAuthError('invalid_client_metadata', `${issued} is not the client's to say.`)
  }
  // RFC 7592 §2.2: a client_secret must match that currently issued: it cannot be chosen.
  const { client_secret: secret } = members
  const matches = ({ secretHash }: Client['credentials'][number]): boolean =>
    typeof secret === 'string' && constantTimeEqual(sha256(secret), secretHash)
  if (secret !== undefined && !client.credentials.some(matches)) {
    throw new OAuthError('invalid_client_metadata', 'client_secret is not that of the client.')
  }
}

/**
 * The redirection URIs as a registrant knows them: those it sent, where a client that was there already takes them (they
 * differ in the ports of this machine alone), or else those that are registered.
 */
export const redirectUrisFor = (client: Client, sent: unknown): readonly string[] => {
  const registered = client.redirectUris.map(({ uri }) => uri)
  const accepted = new Set(registered.map(withoutLoopbackPort))
  const isSame =
    Array.isArray(sent) &&
    sent.length > 0 &&
    sent.every((uri) => typeof uri === 'string' && accepted.has(withoutLoopbackPort(uri)))
  return client.isPublic && isSame ? [...new Set(sent as string[])] : registered
}
