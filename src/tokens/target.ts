import { invalidTarget, loggableResource } from '../environment/requested-resources.ts'
import { detailsFor, isWithin } from '../protocol/authorization-details.ts'
import { OAuthError } from '../protocol/error.ts'
import type { AuthorizationDetail, GrantTerms } from '../protocol/grant-terms.ts'
import { withLocations } from './requested-details.ts'

/** What one access token is for, beyond its scopes. */
export interface TokenTarget {
  /** RFC 8707: its audience; none: the environment. */
  readonly resources: readonly string[]
  /** RFC 9396: what it allows at them. */
  readonly authorizationDetails: readonly AuthorizationDetail[]
}

/** What a token request asks for, and what there is to ask for at the moment. */
export interface RequestedTarget extends TokenTarget {
  readonly registeredResources: readonly string[]
  /** RFC 9396 §10: of the types that there are, those that the client may have. */
  readonly allowedTypes: readonly string[]
}

/** Whether a request asks for less than everything. */
export const isNarrowing = ({ resources, authorizationDetails }: RequestedTarget): boolean =>
  resources.length > 0 || authorizationDetails.length > 0

/** All that is asked for, where nothing stands against it. */
export const wholeTarget = ({
  resources: named,
  authorizationDetails,
  registeredResources,
}: RequestedTarget): TokenTarget => ({
  resources: withLocations(named, authorizationDetails, registeredResources),
  authorizationDetails,
})

/**
 * RFC 8707 §2.2, RFC 9396 §6: of what was granted, what is asked for; everything if nothing is. What the operator has
 * removed since, or taken from the client, is not given any more.
 *
 * @throws OAuthError invalid_target, invalid_authorization_details
 */
export const narrowedTarget = (
  granted: Pick<GrantTerms, 'resources' | 'authorizationDetails'> | null,
  requested: RequestedTarget,
): TokenTarget => {
  const resources = narrowedResources(granted?.resources ?? [], requested)
  const details = narrowedDetails(granted?.authorizationDetails ?? [], requested)
  // RFC 9396 §9.1: a resource is not told of what is for another one.
  return { resources, authorizationDetails: detailsFor(details, resources) }
}

const narrowedResources = (
  granted: readonly string[],
  { resources: asked, registeredResources }: RequestedTarget,
): readonly string[] => {
  const added = asked.find((resource) => !granted.includes(resource))
  if (added !== undefined) {
    throw invalidTarget(
      `The resource ${added.slice(0, 200)} was not granted: the authorization request has to name it.`,
      `resource not granted: ${loggableResource(added)}`,
    )
  }
  if (asked.length > 0) return asked
  const resources = granted.filter((resource) => registeredResources.includes(resource))
  // Never the environment instead: that would be somewhere else than was agreed to.
  if (granted.length > 0 && resources.length === 0) {
    throw invalidTarget('What was granted is for resources that are not registered here any more.')
  }
  return resources
}

const narrowedDetails = (
  granted: readonly AuthorizationDetail[],
  { authorizationDetails: asked, allowedTypes }: RequestedTarget,
): readonly AuthorizationDetail[] => {
  if (asked.some((detail) => !granted.some((given) => isWithin(detail, given)))) {
    throw new OAuthError(
      'invalid_authorization_details',
      'The authorization details are more than what was granted.',
    )
  }
  return asked.length > 0 ? asked : granted.filter(({ type }) => allowedTypes.includes(type))
}
