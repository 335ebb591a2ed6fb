import type { Client } from '../clients/client.ts'
import { allowsGrant } from '../clients/client.ts'
import { invalidRequest, OAuthError } from '../protocol/error.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Stores } from '../storage/index.ts'
import type { Random } from '../system/random.ts'
import type { GrantLifetimes } from '../tokens/new-grant.ts'
import type { RevokeGrant } from '../tokens/revoke-grant.ts'
import type { TokenVerification } from '../tokens/verify.ts'
import { authorizationCodeGrant } from './authorization-code.ts'
import { clientCredentialsGrant } from './client-credentials.ts'
import { deviceCodeGrant } from './device-code.ts'
import type { Grant } from './grant.ts'
import { refreshTokenGrant } from './refresh-token.ts'
import { tokenExchangeGrant } from './token-exchange.ts'

/*
 * What a token can be exchanged for. Owns the registry of grants; metadata announces its types.
 */
export interface GrantDependencies {
  readonly stores: Pick<Stores, 'authorizationCodes' | 'deviceAuthorizations' | 'refreshTokens'>
  readonly revokeGrant: RevokeGrant
  readonly verification: TokenVerification
  readonly random: Random
  /** As they are set at the moment. */
  readonly lifetimes: () => Promise<GrantLifetimes>
  readonly refreshTokenGraceSeconds: number
}

export type Grants = readonly Grant[]

export const createGrants = (dependencies: GrantDependencies): Grants => [
  authorizationCodeGrant(dependencies),
  refreshTokenGrant(dependencies),
  clientCredentialsGrant(),
  deviceCodeGrant(dependencies),
  tokenExchangeGrant(dependencies.verification),
]

/**
 * The grant a token request names, if its client may use it.
 *
 * @throws OAuthError invalid_request, unsupported_grant_type or unauthorized_client (RFC 6749 §5.2).
 */
export const selectGrant = (grants: Grants, form: Parameters, client: Client): Grant => {
  const named = form.get('grant_type')
  if (named === undefined) throw invalidRequest('grant_type is missing.', 'missing parameter: grant_type')
  const grant = grants.find(({ grantType }) => grantType === named)
  if (!grant) {
    throw new OAuthError('unsupported_grant_type', 'This grant type is not supported.', 'unknown grant_type')
  }
  if (!allowsGrant(client, grant.grantType)) {
    throw new OAuthError(
      'unauthorized_client',
      `An application of type ${client.type} may not use ${grant.grantType}.`,
    )
  }
  return grant
}
