import { allowsAuthorizationDetailsType, type Client } from '../clients/client.ts'
import type { Environment } from '../environment/environment-registry.ts'
import { requestedResources } from '../environment/requested-resources.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { requestedDetails } from './requested-details.ts'
import type { RequestedTarget } from './target.ts'

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
  ...everythingGranted(client, environment),
  resources: requestedResources(form.resources, environment.resources),
  authorizationDetails: requestedDetails(form.get('authorization_details'), client, environment),
})

/** Where nothing narrower is asked for than what was granted. */
export const everythingGranted = (
  client: Client,
  environment: Pick<Environment, 'settings' | 'resources'>,
): RequestedTarget => ({
  resources: [],
  authorizationDetails: [],
  registeredResources: environment.resources.map(({ uri }) => uri),
  allowedTypes: environment.settings.authorizationDetailsTypes
    .map(({ type }) => type)
    .filter((type) => allowsAuthorizationDetailsType(client, type)),
})
