import type { Client } from '../../clients/client.ts'
import { type RegisteredResources, requestedResources } from '../../environment/requested-resources.ts'
import type { AuthorizationDetail } from '../../protocol/grant-terms.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { withLocations } from '../../tokens/requested-details.ts'

/**
 * RFC 8707 §2: where the tokens are to be used. Every registered resource is open to every application; what may be done
 * there is a matter of scopes.
 *
 * @throws OAuthError invalid_target
 */
export const checkResource = (
  { resources: named }: Pick<Parameters, 'resources'>,
  { wasDynamicallyRegistered }: Pick<Client, 'wasDynamicallyRegistered'>,
  registered: RegisteredResources,
  details: readonly AuthorizationDetail[],
): readonly string[] => {
  const resources = withLocations(requestedResources(named, registered), details, registered)
  if (resources.length > 0 || !wasDynamicallyRegistered) return resources
  // RFC 8707 §2: a predefined default. As by WorkOS for those who registered themselves: they know this server by the API
  // that sent them here, and not every one of them says which that was.
  return registered.filter(({ isDefault }) => isDefault).map(({ uri }) => uri)
}
