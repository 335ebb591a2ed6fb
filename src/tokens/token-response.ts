import type { AuthorizationDetail } from '../protocol/grant-terms.ts'
import { printScope } from '../protocol/scope.ts'

/** RFC 6749 §5.1, OIDC Core §3.1.3.3 */
export interface TokenResponse {
  readonly access_token: string
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
  readonly idToken: string | undefined
  readonly refreshToken: string | undefined
}): TokenResponse => ({
  access_token: issued.accessToken,
  token_type: issued.isBoundByDpop ? 'DPoP' : 'Bearer',
  expires_in: issued.expiresInSeconds,
  ...(issued.scopes.length > 0 && { scope: printScope(issued.scopes) }),
  ...(issued.authorizationDetails.length > 0 && { authorization_details: issued.authorizationDetails }),
  ...(issued.idToken !== undefined && { id_token: issued.idToken }),
  ...(issued.refreshToken !== undefined && { refresh_token: issued.refreshToken }),
})
