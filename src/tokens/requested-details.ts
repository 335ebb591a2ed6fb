import { allowsAuthorizationDetailsType, type Client } from '../clients/client.ts'
import type { Environment } from '../environment/environment-registry.ts'
import { requestedResources } from '../environment/requested-resources.ts'
import { locationsOf, parseAuthorizationDetails } from '../protocol/authorization-details.ts'
import { OAuthError } from '../protocol/error.ts'
import type { AuthorizationDetail } from '../protocol/grant-terms.ts'

/**
 * The `authorization_details` that a client asks for, wherever it does (RFC 9396 §2, §6).
 *
 * @throws OAuthError invalid_authorization_details
 */
export const requestedDetails = (
  text: string | undefined,
  client: Pick<Client, 'type' | 'wasDynamicallyRegistered' | 'metadata'>,
  { settings, resources: registered }: Pick<Environment, 'settings' | 'resources'>,
): readonly AuthorizationDetail[] => {
  const details = parseAuthorizationDetails(text, settings.authorizationDetailsTypes)
  const refused = details.find(({ type }) => !allowsAuthorizationDetailsType(client, type))
  if (refused) {
    throw new OAuthError(
      'invalid_authorization_details',
      `This application may not ask for authorization details of type ${refused.type}.`,
    )
  }
  checkLocations(details, registered)
  return details
}

/** RFC 9396 §2.2: a location is the audience of a token to be, and so has to be one that there is. */
const checkLocations = (
  details: readonly AuthorizationDetail[],
  registered: Environment['resources'],
): void => {
  try {
    requestedResources(locationsIn(details), registered)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    throw new OAuthError('invalid_authorization_details', error.description, error.reason, { cause: error })
  }
}

/**
 * RFC 9396 §3.2: `resource` has no bearing on authorization details. So tokens are for the resources that were named, and
 * for the locations of the details beside them.
 */
export const withLocations = (
  resources: readonly string[],
  details: readonly AuthorizationDetail[],
  registered: readonly unknown[],
): readonly string[] =>
  // Nothing is registered, so nothing can be an audience.
  registered.length === 0 ? [] : [...new Set([...resources, ...locationsIn(details)])]

const locationsIn = (details: readonly AuthorizationDetail[]): readonly string[] =>
  details.flatMap((detail) => locationsOf(detail) ?? [])
