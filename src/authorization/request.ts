import { type Client, scopesRefused } from '../clients/client.ts'
import { invalidRequest, invalidScope, OAuthError } from '../protocol/error.ts'
import { type OrganizationId, parseIdentifier } from '../protocol/identifiers.ts'
import type { Parameters } from '../protocol/parameters.ts'
import { codeChallengeMethods, isCodeChallenge } from '../protocol/pkce.ts'
import { type Prompt, parseMaxAge, parsePrompt } from '../protocol/prompt.ts'
import { responseModes, responseTypes } from '../protocol/response-type.ts'
import { loggableScope, parseScope } from '../protocol/scope.ts'
import type { IdentifiedClient } from './identify-client.ts'

/** An authorization request that passed every check that does not depend on the user. */
export interface AuthorizationRequest extends IdentifiedClient {
  readonly scopes: readonly string[]
  readonly nonce: string | undefined
  readonly codeChallenge: string | undefined
  readonly prompts: readonly Prompt[]
  readonly maxAgeSeconds: number | undefined
  readonly loginHint: string | undefined
  /** An ID token of ours, not verified yet. */
  readonly idTokenHint: string | undefined
  /** The organization to act for, if the client has one in mind. */
  readonly organizationId: OrganizationId | undefined
}

/**
 * The checks whose failure goes back to the client, in the order in which they are made.
 *
 * @throws OAuthError
 */
export const parseAuthorizationRequest = (
  identified: IdentifiedClient,
  parameters: Parameters,
): AuthorizationRequest => {
  refuseUnsupported(parameters)
  checkResponseType(parameters)
  return {
    ...identified,
    scopes: checkScope(parameters, identified.client),
    codeChallenge: checkCodeChallenge(parameters, identified.client),
    nonce: parameters.get('nonce'),
    prompts: parsePrompt(parameters.get('prompt')),
    maxAgeSeconds: parseMaxAge(parameters.get('max_age')),
    loginHint: parameters.get('login_hint'),
    idTokenHint: parameters.get('id_token_hint'),
    organizationId: checkOrganization(parameters),
  }
}

const refuseUnsupported = (parameters: Parameters): void => {
  // OIDC Core §6.1, §6.2: a request object that is not understood must not be ignored.
  if (parameters.has('request')) {
    throw new OAuthError('request_not_supported', 'Request objects are not supported.')
  }
  if (parameters.has('request_uri')) {
    throw new OAuthError('request_uri_not_supported', 'Request objects are not supported.')
  }
  // OIDC Core §7.2.1, §3.1.2.6
  if (parameters.has('registration')) {
    throw new OAuthError('registration_not_supported', 'The registration parameter is not supported.')
  }
}

const checkResponseType = (parameters: Parameters): void => {
  const responseType = parameters.get('response_type')
  if (responseType === undefined) throw invalidRequest('response_type is missing.')
  if (!(responseTypes as readonly string[]).includes(responseType)) {
    throw new OAuthError('unsupported_response_type', 'Only the response type code is supported.')
  }
  const responseMode = parameters.get('response_mode')
  if (responseMode !== undefined && !(responseModes as readonly string[]).includes(responseMode)) {
    throw invalidRequest('Only the response mode query is supported.')
  }
}

const checkScope = (parameters: Parameters, client: Client): string[] => {
  const scopes = parseScope(parameters.get('scope'))
  const [refused] = scopesRefused(client, scopes)
  // RFC 6749 §4.1.2.1: the requested scope is invalid, unknown, or malformed.
  if (refused !== undefined) {
    throw invalidScope(
      `The application may not ask for the scope ${refused}.`,
      `scope not assigned: ${loggableScope(refused)}`,
    )
  }
  return scopes
}

const checkCodeChallenge = (parameters: Parameters, client: Client): string | undefined => {
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (challenge === undefined) {
    // RFC 7636 §4.4.1, RFC 9700 §2.1.1: public clients must use PKCE.
    if (client.requirePkce) throw invalidRequest('code_challenge is missing: this application must use PKCE.')
    if (method !== undefined) throw invalidRequest('code_challenge_method without code_challenge.')
    return undefined
  }
  // RFC 7636 §4.3: without a method it would be plain, which we never accept.
  if (!(codeChallengeMethods as readonly (string | undefined)[]).includes(method)) {
    throw invalidRequest('code_challenge_method must be S256.')
  }
  if (!isCodeChallenge(challenge)) throw invalidRequest('code_challenge must be 43 characters of base64url.')
  return challenge
}

const checkOrganization = (parameters: Parameters): OrganizationId | undefined => {
  const text = parameters.get('organization_id')
  if (text === undefined) return undefined
  const organizationId = parseIdentifier('organization', text)
  if (organizationId === undefined) throw invalidRequest('organization_id is not the ID of an organization.')
  return organizationId
}
