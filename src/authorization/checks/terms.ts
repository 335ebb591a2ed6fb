import type { Client } from '../../clients/client.ts'
import type { Environment } from '../../environment/environment-registry.ts'
import type { GrantTerms } from '../../protocol/grant-terms.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { requestedDetails } from '../../tokens/requested-details.ts'
import { checkResource } from './resource.ts'

/**
 * What is asked for beyond scopes: details (RFC 9396), and where the tokens are to be used (RFC 8707), which follows from
 * details too.
 *
 * @throws OAuthError invalid_authorization_details, invalid_target
 */
export const checkTerms = (
  parameters: Parameters,
  client: Client,
  environment: Pick<Environment, 'settings' | 'resources'>,
): Pick<GrantTerms, 'resources' | 'authorizationDetails'> => {
  const authorizationDetails = requestedDetails(parameters.get('authorization_details'), client, environment)
  const resources = checkResource(parameters, client, environment.resources, authorizationDetails)
  return {
    ...(resources.length > 0 && { resources }),
    ...(authorizationDetails.length > 0 && { authorizationDetails }),
  }
}
