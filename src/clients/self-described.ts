import { actingAs } from '../events/record.ts'
import { canonicalJson } from '../protocol/canonical-json.ts'
import { type ClientIdUrl, isClientIdUrl, parseClientIdUrl } from '../protocol/client-id-url.ts'
import type { ClientMetadata } from '../protocol/client-metadata.ts'
import { OAuthError } from '../protocol/error.ts'
import type { ApplicationId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import type { OutboundFetch } from '../system/outbound-fetch.ts'
import type { Random } from '../system/random.ts'
import { applyDescription, isSomebodyElse } from './changed-identity.ts'
import type { Client } from './client.ts'
import { metadataProblems } from './client-metadata.ts'
import type { ClientRegistry } from './client-registry.ts'
import { admit, created, newClient, type RegistrationLimits, recordOf } from './dynamic-registration.ts'
import { createMetadataDocuments } from './metadata-document.ts'
import { type Described, withSaidByOperator } from './registration-request.ts'

/*
 * Clients whose ID is the URL of what they say of themselves (docs/decisions/0023). For a new authorization the document
 * counts, as it is these minutes. Everything that was granted stands on a row, as with every other client: it is made
 * when first something has to point at it, and follows the document when something is granted the next time. So whoever
 * just names a URL writes nothing, and tokens do not depend on somebody else's web server.
 */

export interface SelfDescribed {
  readonly findToAuthorize: FindToAuthorize
  readonly keepClient: KeepClient
}

/**
 * The client that a new authorization is for: as it describes itself, if its ID is a URL.
 *
 * @throws OAuthError invalid_client, temporarily_unavailable if it does not, or not properly.
 */
export type FindToAuthorize = (clientId: string) => Promise<Client | undefined>

/**
 * Sees to it that there is a row that something can point at; no statement if it is there, and as the client describes
 * itself.
 *
 * @param address where the request came from, if nobody stands behind it.
 * @returns the ID of the row.
 * @throws OAuthError temporarily_unavailable; TooManyRequests
 */
export type KeepClient = (client: Client, now: Date, address?: string) => Promise<ApplicationId>

export const createSelfDescribed = ({
  clientRegistry,
  outboundFetch,
  stores,
  transaction,
  clock,
  random,
  registrationLimits,
  isOn,
}: {
  readonly clientRegistry: Pick<ClientRegistry, 'find' | 'invalidate'>
  readonly outboundFetch: OutboundFetch
  readonly stores: Pick<Stores, 'rateLimits'>
  readonly transaction: Transaction
  readonly clock: Clock
  readonly random: Random
  readonly registrationLimits: RegistrationLimits
  readonly isOn: () => Promise<boolean>
}): SelfDescribed => {
  const documents = createMetadataDocuments({ outboundFetch, clock })
  return {
    findToAuthorize: async (clientId) => {
      const url = parseClientIdUrl(clientId)
      if (url === undefined) return clientRegistry.find(clientId)
      if (!(await isOn())) return undefined
      const described = await documents.find(url)
      const row = await clientRegistry.find(url)
      return row ? following(row, described, url) : newcomer(described, url, clock.now(), random)
    },
    keepClient: async (client, now, address) => {
      if (!isClientIdUrl(client.clientId)) return client.id
      const row = await clientRegistry.find(client.clientId)
      if (row?.metadataHash === client.metadataHash) return row.id
      if (!row && address !== undefined) await admit({ stores, registrationLimits }, address, now)
      const id = await transaction((inside) => keepDescribed({ stores: inside, now, random }, client))
      clientRegistry.invalidate(client.clientId)
      return id
    },
  }
}

/** As its row will be, should there ever be one; it is being used right now. */
const newcomer = (described: Described, url: ClientIdUrl, now: Date, random: Random): Client => ({
  ...newClient({ ...described, clientId: url, metadataHash: hashOf(url, described) }, now, random),
  lastUsedAt: now,
})

/**
 * Its row, and what it says of itself by now.
 *
 * @throws OAuthError invalid_client if the two do not agree.
 */
const following = (row: Client, described: Described, url: ClientIdUrl): Client => ({
  ...row,
  ...described,
  metadata: agreedMetadata(described, row),
  // RFC 9700 §2.1.1: public clients must use PKCE.
  requirePkce: described.isPublic,
  metadataHash: hashOf(url, described),
  // By the document: another name that the operator gave the row changes nothing about who it is.
  isSomebodyElse: row.metadataHash !== hashOf(url, described) && isSomebodyElse(row, described),
})

/**
 * What the operator holds the client to is not for its document to take back; and one that cannot be held to it any more,
 * such as to a profile for which it needs a key, is not let in without.
 *
 * @throws OAuthError invalid_client
 */
const agreedMetadata = (
  described: Pick<Client, 'metadata' | 'isPublic' | 'redirectUris' | 'jwks' | 'jwksUri'>,
  row: Pick<Client, 'type' | 'metadata'>,
): ClientMetadata => {
  const metadata = withSaidByOperator(described.metadata, row.metadata)
  const [problem] = metadataProblems(metadata, { ...described, type: row.type })
  if (!problem) return metadata
  throw new OAuthError(
    'invalid_client',
    `The client ID metadata document does not agree with what the operator holds the client to: ${problem.field}.`,
    `${problem.field}: ${problem.message}`,
  )
}

const hashOf = (url: ClientIdUrl, described: Described): string =>
  sha256(`metadata document ${canonicalJson({ url, described })}`)

/**
 * The ID of the row that such a client has from here on, as it describes itself now; of every other client its own. Who
 * comes first adds the row, and of those that come at once one does.
 *
 * @throws OAuthError temporarily_unavailable; invalid_client
 */
export const keepDescribed = async (
  {
    stores,
    now,
    random,
  }: {
    readonly stores: Pick<Stores, 'clients' | 'consents' | 'events'>
    readonly now: Date
    readonly random: Random
  },
  client: Client,
): Promise<ApplicationId> => {
  if (!isClientIdUrl(client.clientId)) return client.id
  const acting = actingAs({ type: 'client', id: client.clientId }, { stores, now, random })
  if (await stores.clients.insertUnlessRegistered(recordOf(client), client.redirectUris)) {
    await created(acting, client)
    return client.id
  }
  const id = await stores.clients.lockByClientId(client.clientId)
  const before = id && (await stores.clients.byId(id))
  // Deleted again within this moment.
  if (!before) throw new OAuthError('temporarily_unavailable', 'Try again in a moment.')
  if (before.metadataHash !== client.metadataHash) {
    await applyDescription(acting, before, describedIn(client, before))
  }
  return before.id
}

/** Beside what the operator says of it by now, which may be other than when the request began: it is locked here. */
const describedIn = (client: Client, before: Client) => ({
  name: client.name,
  redirectUris: client.redirectUris,
  isPublic: client.isPublic,
  requirePkce: client.requirePkce,
  metadata: agreedMetadata(client, before),
  jwks: client.jwks,
  jwksUri: client.jwksUri,
  metadataHash: client.metadataHash,
})
