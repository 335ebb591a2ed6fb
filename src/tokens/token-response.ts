import type { AuthorizationDetail } from '../protocol/grant-terms.ts'
import { printScope } from '../protocol/scope.ts'

/** RFC 8693 §3 */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/** RFC 6749 §5.1, OIDC Core §3.1.3.3 */
export interface TokenResponse {
  readonly access_token: string
  /** RFC 8693 §2.2.1 */
  readonly issued_token_type?: typeof ACCESS_TOKEN_TYPE
  /** RFC 6750, RFC 9449 §5 */
  readonly token_type: 'Bearer' | 'DPoP'
  /** Seconds. */
  readonly expires_in: number
  readonly scope?: string
  /** RFC 9396 §7 */
  readonly authorization_details?: readonly AuthorizationDetail[]
  readonly id_token?: string
  readonly refresh_token?: string
}

export const tokenResponse = (issued: {
  readonly accessToken: string
  readonly expiresInSeconds: number
  readonly scopes: readonly string[]
  readonly authorizationDetails: readonly AuthorizationDetail[]
  readonly isBoundByDpop: boolean
  readonly isExchanged?: boolean
  readonly idToken: string | undefined
  readonly refreshToken: string | undefined
}): TokenResponse => ({
  access_token: issued.accessToken,
  ...(issued.isExchanged === true && { issued_token_type: ACCESS_TOKEN_TYPE }),
  token_type: issued.isBoundByDpop ? 'DPoP' : 'Bearer',
  expires_in: issued.expiresInSeconds,
  ...(issued.scopes.length > 0 && { scope: printScope(issued.scopes) }),
  ...(issued.authorizationDetails.length > 0 && { authorization_details: issued.authorizationDetails }),
  ...(issued.idToken !== undefined && { id_token: issued.idToken }),
  ...(issued.refreshToken !== undefined && { refresh_token: issued.refreshToken }),
})
