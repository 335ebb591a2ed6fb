import type { ClientMetadata } from '../protocol/client-metadata.ts'
import { isLoopbackHost } from '../protocol/issuer.ts'
import type { Client } from './client.ts'

/*
 * OIDC Core §8.1: clients of one sector see the same pairwise subjects. A sector is named by a host: that of
 * sector_identifier_uri, or else the one host that all redirection URIs are on.
 */

/** OIDC Core §8: whether users go by another name with this client than with others. */
export const isPairwise = ({ metadata }: Pick<Client, 'metadata'>): boolean =>
  metadata.subject_type === 'pairwise'

/** What says which sector a client is of. */
export type Sectored = {
  readonly metadata: Pick<ClientMetadata, 'sector_identifier_uri'>
  readonly redirectUris: readonly { readonly uri: string }[]
}

/** A host is somebody's: the scheme of a native application, and the machine of whoever uses it, are not one. */
const hostsOf = (redirectUris: Sectored['redirectUris']): string[] => [
  ...new Set(
    redirectUris.flatMap(({ uri }) => {
      // What is no URL is found to be none by other rules.
      const { protocol, hostname } = URL.parse(uri) ?? {}
      return hostname !== undefined && (protocol === 'https:' || protocol === 'http:') ? [hostname] : []
    }),
  ),
]

/**
 * The name of its sector. A client whose redirection URIs say nothing of who runs it (none, or all of them on the user's
 * own machine) is a sector by itself; and so is one that registered itself, since anybody may write down the redirection
 * URIs of somebody else, and learn by other ways than these who uses them.
 */
export const sectorOf = ({
  clientId,
  metadata,
  redirectUris,
  wasDynamicallyRegistered,
}: Sectored & Pick<Client, 'clientId' | 'wasDynamicallyRegistered'>): string => {
  if (metadata.sector_identifier_uri !== undefined) return new URL(metadata.sector_identifier_uri).hostname
  if (wasDynamicallyRegistered) return clientId
  const [host, another] = hostsOf(redirectUris)
  return host === undefined || another !== undefined || isLoopbackHost(host) ? clientId : host
}

/** OIDC Core §8.1: with several hosts in its redirection URIs, a client must say by a URI what its sector is. */
export const isSectorUnclear = ({ metadata, redirectUris }: Sectored): boolean =>
  metadata.sector_identifier_uri === undefined && hostsOf(redirectUris).length > 1
