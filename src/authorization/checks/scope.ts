import { type Client, scopesRefused } from '../../clients/client.ts'
import { invalidScope } from '../../protocol/error.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import { loggableScope, parseScope } from '../../protocol/scope.ts'

/** @throws OAuthError invalid_scope */
export const checkScope = (parameters: Parameters, client: Client): string[] => {
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
