import { printScope, standardScopes } from '../protocol/scope.ts'
import { toEpochSeconds } from '../system/clock.ts'
import { allowedGrantTypes, type Client } from './client.ts'
import { usesSecret } from './dynamic-registration.ts'
import { registeredResponseTypes, usesImplicit } from './response-types.ts'

/** What only the one who registered is told. */
export interface IssuedInformation {
  readonly redirectUris: readonly string[]
  readonly secret?: string | undefined
  readonly registration?: { readonly accessToken: string; readonly uri: string } | undefined
}

/**
 * RFC 7591 §3.2.1, RFC 7592 §3: all that is registered about a client, with what we chose in place of what was asked for.
 */
export const clientInformation = (
  client: Client,
  { redirectUris, secret, registration }: IssuedInformation,
) => ({
  client_id: client.clientId,
  client_id_issued_at: toEpochSeconds(client.createdAt),
  ...(secret !== undefined && { client_secret: secret }),
  // RFC 7591 §3.2.1: required if there is a secret; 0: it does not expire.
  ...(usesSecret(client) && { client_secret_expires_at: 0 }),
  ...(registration && {
    registration_access_token: registration.accessToken,
    registration_client_uri: registration.uri,
  }),
  client_name: client.name,
  redirect_uris: redirectUris,
  grant_types: [...allowedGrantTypes(client), ...(usesImplicit(client) ? ['implicit'] : [])],
  response_types: registeredResponseTypes(client),
  // Open to every client, and whatever the operator has assigned to this one.
  scope: printScope([...standardScopes, ...client.scopes]),
  ...(client.jwks && { jwks: client.jwks }),
  ...(client.jwksUri !== null && { jwks_uri: client.jwksUri }),
  ...client.metadata,
})

export type ClientInformation = ReturnType<typeof clientInformation>
