import { requiresSignedResponses, rulesFor } from '../../clients/profile.ts'
import { invalidRequest } from '../../protocol/error.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { Provenance } from '../arrival.ts'
import type { IdentifiedClient } from '../identify-client.ts'

/**
 * Whether the request came by the way, and asks to be answered by the way, that its client is held to.
 *
 * @throws OAuthError invalid_request
 */
export const checkArrival = (
  { client, redirectUriGiven, target }: IdentifiedClient,
  { pushedAs, isSigned }: Provenance,
  { requirePushedAuthorizationRequests }: Pick<Settings, 'requirePushedAuthorizationRequests'>,
): void => {
  const rules = rulesFor(client)
  const { metadata } = client
  // RFC 9126 §5, §6
  const mustPush =
    requirePushedAuthorizationRequests ||
    metadata.require_pushed_authorization_requests === true ||
    rules.requiresPushedRequests
  if (mustPush && pushedAs === undefined) {
    throw invalidRequest('Authorization requests have to be pushed first, as RFC 9126 says.')
  }
  // RFC 9101 §10.5
  if (metadata.require_signed_request_object === true && !isSigned) {
    throw invalidRequest('This application has to send a signed request object.')
  }
  if (rules.requiresRedirectUri && !redirectUriGiven) throw invalidRequest('redirect_uri is missing.')
  if (requiresSignedResponses(client) && !target.mode.isSigned) {
    throw invalidRequest('This application has to ask for signed responses: response_mode must be jwt.')
  }
}
