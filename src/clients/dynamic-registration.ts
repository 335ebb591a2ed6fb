import { type Acting, actingAs } from '../events/record.ts'
import { applicationWithSettings } from '../objects/application-settings.ts'
import { canonicalJson } from '../protocol/canonical-json.ts'
import { OAuthError, TooManyRequests } from '../protocol/error.ts'
import { newIdentifier } from '../protocol/identifiers.ts'
import { withoutLoopbackPort } from '../protocol/registered-redirect-uri.ts'
import type { ResponseType } from '../protocol/response-type.ts'
import type { Stores } from '../storage/index.ts'
import type { ApplicationRecord } from '../storage/stores/clients.ts'
import type { Transaction } from '../storage/transaction.ts'
import { newCheckedHandle } from '../system/checked-handle.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import type { Random } from '../system/random.ts'
import type { Client } from './client.ts'
import { issueCredential } from './credentials.ts'
import { type Described, readDescription } from './registration-request.ts'
import type { CheckSector } from './sector-identifier-uri.ts'

/*
 * Clients that register themselves (RFC 7591). Nobody vouches for them: they are third parties of no organization, and
 * the consent page says so.
 *
 * A public client is what it says of itself and nothing else, for it can prove nothing: software that registers the same
 * again gets the same client, however often it is installed (docs/decisions/0020). So nobody can be let change it, and it
 * gets no registration access token. A confidential one is somebody's, with a secret or a key, and gets a row of its own.
 */

export interface RegistrationLimits {
  readonly windowSeconds: number
  /** New clients of one network. */
  readonly perAddress: number
  /** New clients of all networks together. */
  readonly perEnvironment: number
  /** Changes of one client (RFC 7592 §2.2), each of which is an event, and told. */
  readonly changesPerClient: number
  /** Changes of all clients by one network. */
  readonly changesPerAddress: number
}

/** An office may sit behind one address; nobody installs this much software in an hour. */
export const registrationLimits: RegistrationLimits = {
  windowSeconds: 3600,
  perAddress: 60,
  perEnvironment: 1000,
  changesPerClient: 10,
  changesPerAddress: 60,
}

const TOKEN_PREFIX = 'lkr_'

export interface DynamicRegistration {
  readonly stores: Pick<Stores, 'clients' | 'rateLimits'>
  readonly transaction: Transaction
  readonly random: Random
  readonly checkSector: CheckSector
  readonly registrationLimits: RegistrationLimits
  /** Methods of client authentication that there are. */
  readonly authMethods: readonly string[]
  /** Response types that are switched on. */
  readonly responseTypes: () => Promise<readonly ResponseType[]>
  readonly clientUsed: (client: Client, now: Date) => void
}

/** What its registrant is told this once, beside what is kept. */
export interface Registration {
  readonly client: Client
  readonly secret?: string
  readonly registrationAccessToken?: string
}

/**
 * RFC 7591 §3
 *
 * @param members of the JSON object that was sent.
 * @throws OAuthError invalid_redirect_uri, invalid_client_metadata; TooManyRequests
 */
export const registerClient = async (
  registration: DynamicRegistration,
  members: Readonly<Record<string, unknown>>,
  address: string,
  now: Date,
): Promise<Registration> => {
  const { stores, authMethods, clientUsed } = registration
  const responseTypes = await registration.responseTypes()
  // RFC 7591 §2: client_secret_basic if it says nothing.
  const described = readDescription(members, {
    authMethod: 'client_secret_basic',
    authMethods,
    responseTypes,
  })
  const metadataHash = described.isPublic ? hashOf(described) : null
  const known = metadataHash === null ? undefined : await stores.clients.byMetadataHash(metadataHash)
  if (known) {
    clientUsed(known, now)
    return { client: known }
  }
  await admit(registration, address, now)
  await checkSectorOf(registration, described)
  return described.isPublic
    ? registerShared(registration, { ...described, metadataHash }, now)
    : registerOwn(registration, described, now)
}

/**
 * Counts what would add a row, and nothing else: an office full of the same software registers it once.
 *
 * @throws TooManyRequests
 */
export const admit = (limited: Limited, address: string, now: Date): Promise<void> => {
  const { perAddress, perEnvironment } = limited.registrationLimits
  const uses = [
    { of: `registration address ${networkOf(address)}`, most: perAddress },
    { of: 'registration environment', most: perEnvironment },
  ]
  return count(limited, uses, now)
}

/** @throws TooManyRequests */
export const admitChange = (
  limited: Limited,
  { id }: Pick<Client, 'id'>,
  address: string,
  now: Date,
): Promise<void> => {
  const { changesPerClient, changesPerAddress } = limited.registrationLimits
  const uses = [
    { of: `registration change ${id}`, most: changesPerClient },
    { of: `registration change address ${networkOf(address)}`, most: changesPerAddress },
  ]
  return count(limited, uses, now)
}

interface Limited {
  readonly stores: Pick<Stores, 'rateLimits'>
  readonly registrationLimits: RegistrationLimits
}

/** Beyond one limit those after it are not counted. */
const count = async (
  { stores, registrationLimits: { windowSeconds } }: Limited,
  uses: readonly { readonly of: string; readonly most: number }[],
  now: Date,
): Promise<void> => {
  const counters = uses.map(({ of, most }) => ({ keyHash: sha256(of), windowSeconds, most }))
  const { exceeded } = await stores.rateLimits.countInTurn(counters, now)
  if (exceeded) throw new TooManyRequests(exceeded.retryAfterSeconds)
}

/** @throws OAuthError invalid_client_metadata */
export const checkSectorOf = async (
  { checkSector }: Pick<DynamicRegistration, 'checkSector'>,
  described: Described,
): Promise<void> => {
  const problem = await checkSector(described)
  if (problem) throw new OAuthError('invalid_client_metadata', `${problem.field} ${problem.message}`)
}

/** Of those that register the same at once one adds the row, and all get it. */
const registerShared = ({ transaction, random }: DynamicRegistration, described: Kept, now: Date) =>
  transaction(async (stores): Promise<Registration> => {
    const client = newClient(described, now, random)
    if (await stores.clients.insertUnlessRegistered(recordOf(client), client.redirectUris)) {
      await created(actingAs({ type: 'client', id: client.clientId }, { stores, now, random }), client)
      return { client }
    }
    const known = await stores.clients.byMetadataHash(described.metadataHash ?? '')
    // Added by somebody else and deleted again, all within this moment.
    if (!known) throw new OAuthError('temporarily_unavailable', 'Try again in a moment.')
    return { client: known }
  })

const registerOwn = ({ transaction, random }: DynamicRegistration, described: Described, now: Date) =>
  transaction(async (stores): Promise<Registration> => {
    const registrationAccessToken = newCheckedHandle(TOKEN_PREFIX, random)
    const registrationAccessTokenHash = sha256(registrationAccessToken)
    const client = newClient({ ...described, registrationAccessTokenHash }, now, random)
    const acting = actingAs({ type: 'client', id: client.clientId }, { stores, now, random })
    await stores.clients.insert(recordOf(client), client.redirectUris)
    await created(acting, client)
    // RFC 7591 §3.2.1: only those that will use one are issued one.
    if (!usesSecret(described)) return { client, registrationAccessToken }
    const issued = await issueCredential(acting, client)
    if (issued.outcome !== 'issued') throw new Error(`No secret for ${client.id}: ${issued.code}`)
    return { client, registrationAccessToken, secret: issued.secret }
  })

export const usesSecret = ({ metadata }: Pick<Client, 'metadata'>): boolean =>
  metadata.token_endpoint_auth_method === 'client_secret_basic' ||
  metadata.token_endpoint_auth_method === 'client_secret_post'

export const created = ({ record }: Pick<Acting<unknown>, 'record'>, client: Client): Promise<void> =>
  record({
    name: 'application.created',
    targetId: client.id,
    organizationId: null,
    data: applicationWithSettings(client),
  })

type Kept = Described & Partial<Pick<Client, 'clientId' | 'metadataHash' | 'registrationAccessTokenHash'>>

/** Nobody vouches for it: a third party of no organization. */
export const newClient = (
  { clientId, metadataHash = null, registrationAccessTokenHash = null, ...described }: Kept,
  now: Date,
  random: Random,
): Client => ({
  ...described,
  id: newIdentifier('application', now, random),
  clientId: clientId ?? newIdentifier('client', now, random),
  type: 'oauth',
  isFirstParty: false,
  // RFC 9700 §2.1.1: public clients must use PKCE.
  requirePkce: described.isPublic,
  organizationId: null,
  description: null,
  scopes: [],
  logoUrl: null,
  logoDarkUrl: null,
  accessTokenSeconds: null,
  refreshTokenIdleSeconds: null,
  wasDynamicallyRegistered: true,
  registrationAccessTokenHash,
  metadataHash,
  lastUsedAt: null,
  createdAt: now,
  updatedAt: now,
  credentials: [],
})

export const recordOf = ({
  redirectUris: _uris,
  credentials: _credentials,
  isSomebodyElse: _isSomebodyElse,
  ...record
}: Client): ApplicationRecord => record

/**
 * Equal for equal software. Of loopback redirection URIs the port is left out: native software takes another one each
 * time (RFC 8252 §7.3), and any will do.
 */
const hashOf = ({ name, redirectUris, metadata, jwks, jwksUri }: Described): string => {
  const uris = redirectUris.map(({ uri }) => withoutLoopbackPort(uri))
  return sha256(`registration ${canonicalJson({ name, uris, metadata, jwks, jwksUri })}`)
}
