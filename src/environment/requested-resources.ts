import { OAuthError } from '../protocol/error.ts'
import { resourceIndicatorProblem } from '../protocol/resource-indicator.ts'
import type { Environment } from './environment-registry.ts'

export type RegisteredResources = Environment['resources']

/**
 * RFC 8707 §2: the registered resources that a request names, each once. Compared byte by byte: a slash at the end makes
 * another one.
 *
 * @throws OAuthError invalid_target, whose reason tells the operator what is listed.
 */
export const requestedResources = (
  named: readonly string[],
  registered: RegisteredResources,
): readonly string[] => {
  // Deviation from RFC 8707 §2: ignored as long as no resource is registered, as by WorkOS, so that clients that always
  // send one work before the operator has any.
  if (registered.length === 0) return []
  const resources = [...new Set(named)]
  for (const resource of resources) {
    const problem = resourceIndicatorProblem(resource)
    if (problem !== undefined) throw invalidTarget(`The resource ${problem}.`)
    if (!registered.some(({ uri }) => uri === resource)) {
      throw invalidTarget(
        `The resource ${resource.slice(0, 200)} is not registered here. Whoever runs this server has to add it, ` +
          'exactly as it is sent: a slash at the end counts.',
        `not registered: ${loggableResource(resource)}; registered are ${listed(registered)}`,
      )
    }
  }
  return resources
}

export const invalidTarget = (description: string, reason?: string): OAuthError =>
  new OAuthError('invalid_target', description, reason)

const MOST_LISTED = 20

const listed = (registered: RegisteredResources): string =>
  [
    ...registered.slice(0, MOST_LISTED).map(({ uri }) => loggableResource(uri)),
    ...(registered.length > MOST_LISTED ? [`${registered.length - MOST_LISTED} more`] : []),
  ].join(', ')

/** A resource as a log may hold it: without what may be a password or a key. */
export const loggableResource = (resource: string): string =>
  resource
    .replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1(user)@')
    .replace(/[?#].*$/s, '?(query)')
    .slice(0, 200)
