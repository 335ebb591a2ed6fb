import type { Client } from '../../clients/client.ts'
import { rulesFor } from '../../clients/profile.ts'
import { invalidRequest } from '../../protocol/error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { codeChallengeMethods, isCodeChallenge } from '../../protocol/pkce.ts'

/** @throws OAuthError invalid_request */
export const checkCodeChallenge = (parameters: Parameters, client: Client): string | undefined => {
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (challenge === undefined) {
    // RFC 7636 §4.4.1, RFC 9700 §2.1.1: public clients must use PKCE.
    if (client.requirePkce || rulesFor(client).requiresPkce)
      throw invalidRequest('code_challenge is missing: this application must use PKCE.')
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
