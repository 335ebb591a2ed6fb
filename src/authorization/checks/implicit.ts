import { needsBoundTokens } from '../../clients/profile.ts'
import { implicitRedirectUriProblem } from '../../clients/response-types.ts'
import { invalidRequest, invalidScope, OAuthError } from '../../protocol/error.ts'
import type { ClaimsRequest } from '../../protocol/grant-terms.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { findRegisteredRedirectUri } from '../../protocol/registered-redirect-uri.ts'
import { hasAccessToken, type ResponseType } from '../../protocol/response-type.ts'
import type { IdentifiedClient } from '../identify-client.ts'

/**
 * OIDC Core §3.2.2.1: what is demanded of a request that is answered with tokens.
 *
 * @throws OAuthError invalid_request, invalid_scope, unauthorized_client
 */
export const checkImplicit = (
  parameters: Parameters,
  { client, target: { redirectUri } }: Pick<IdentifiedClient, 'client' | 'target'>,
  {
    responseType,
    scopes,
    claims,
  }: {
    readonly responseType: ResponseType
    readonly scopes: readonly string[]
    readonly claims: ClaimsRequest | undefined
  },
): void => {
  // OIDC Core §3.2.2.1: without it there is no ID token, which both types hold.
  if (!scopes.includes('openid')) {
    throw invalidScope('The scope openid is needed for this response type.', 'openid is missing')
  }
  // OIDC Core §3.2.2.1: REQUIRED. By it alone the client knows that the answer is to its own request.
  if (!parameters.has('nonce')) throw invalidRequest('nonce is missing.')
  checkRedirectUri(client, redirectUri)
  if (!hasAccessToken(responseType)) {
    // OIDC Core §5.5: what is asked for at the userinfo endpoint takes an access token to be had. Its user would be asked
    // to agree to what never comes.
    if (claims?.userinfo) {
      throw invalidRequest('claims has userinfo, for which this response type gives no access token.')
    }
    return
  }
  // RFC 9449 §5, RFC 8705 §3: a key is proved at the token endpoint, which is not asked here.
  if (needsBoundTokens(client)) {
    throw new OAuthError(
      'unauthorized_client',
      'Access tokens of this application are bound to a key, and come from the token endpoint alone.',
    )
  }
  if (parameters.has('dpop_jkt')) {
    throw invalidRequest('dpop_jkt is for codes: no access token from here can be bound to a key.')
  }
}

/** Registered for codes, it may be no place for tokens. */
const checkRedirectUri = (
  client: IdentifiedClient['client'],
  redirectUri: IdentifiedClient['target']['redirectUri'],
): void => {
  // RFC 9700 §4.1.1: what a pattern of the environment matched is not known well enough.
  const isOwn = findRegisteredRedirectUri(redirectUri, client, []) !== undefined
  const problem = isOwn
    ? implicitRedirectUriProblem(redirectUri, client.metadata)
    : "is not one of the application's own"
  if (problem !== undefined) {
    throw invalidRequest(`No tokens are sent to this redirect_uri, since it ${problem}.`)
  }
}
