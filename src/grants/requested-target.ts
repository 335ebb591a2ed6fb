import { allowsAuthorizationDetailsType, type Client } from '../clients/client.ts'
import type { Environment } from '../environment/environment-registry.ts'
import { requestedResources } from '../environment/requested-resources.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { requestedDetails } from '../tokens/requested-details.ts'
import type { RequestedTarget } from '../tokens/target.ts'

/**
 * What a token request says of where its token is to be used (RFC 8707 §2.2) and what it is to allow there (RFC 9396 §6).
 *
 * @throws OAuthError invalid_target, invalid_authorization_details
 */
export const requestedTarget = (
  form: Parameters,
  client: Client,
  environment: Pick<Environment, 'settings' | 'resources'>,
): RequestedTarget => ({
  resources: requestedResources(form.resources, environment.resources),
  authorizationDetails: requestedDetails(form.get('authorization_details'), client, environment),
  registeredResources: environment.resources.map(({ uri }) => uri),
  allowedTypes: environment.settings.authorizationDetailsTypes
    .map(({ type }) => type)
    .filter((type) => allowsAuthorizationDetailsType(client, type)),
})
