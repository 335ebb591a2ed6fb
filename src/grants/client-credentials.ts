import { z } from 'zod'
import { scopesRefused } from '../clients/client.ts'
import { invalidScope, OAuthError } from '../protocol/error.ts'
import { loggableScope, parseScope } from '../protocol/scope.ts'
import { wholeTarget } from '../tokens/target.ts'
import { defineGrant, type Grant } from './grant.ts'

/** RFC 6749 §4.4. Reads and writes nothing: the client is in the cache, the token is a JWT. */
export const clientCredentialsGrant = (): Grant =>
  defineGrant({
    grantType: 'client_credentials',
    parameters: { scope: z.string().optional() },
    exchange: async ({ scope }, { authenticated: { client, method, credentialId }, requested }) => {
      // RFC 6749 §4.4: the client credentials grant must only be used by confidential clients.
      if (method === 'none') {
        throw new OAuthError('unauthorized_client', 'A public client has no credentials to show.')
      }
      const asked = parseScope(scope)
      const refused = scopesRefused(client, asked)
      if (refused.length > 0) {
        throw invalidScope(
          `The application has no permission ${refused[0]}.`,
          `scope not assigned: ${refused.map(loggableScope).join(' ').slice(0, 200)}`,
        )
      }
      // RFC 6749 §3.3: without a scope the pre-defined default, which is all that the application was assigned.
      return {
        subject: 'client',
        client,
        credentialId,
        scopes: asked.length > 0 ? asked : client.scopes,
        target: wholeTarget(requested),
      }
    },
  })
