import { authenticationContextClasses } from '../../protocol/authentication-methods.ts'
import { demandedValues, parseClaimsRequest } from '../../protocol/claims-request.ts'
import { OAuthError } from '../../protocol/error.ts'
import type { ClaimsRequest } from '../../protocol/grant-terms.ts'
import type { Parameters } from '../../protocol/parameters.ts'

/** @throws OAuthError invalid_request, or unmet_authentication_requirements */
export const checkClaims = (parameters: Parameters): ClaimsRequest | undefined => {
  const claims = parseClaimsRequest(parameters.get('claims'))
  const acr = claims?.id_token?.['acr']
  const demanded = demandedValues(acr)
  // OIDC Core §5.5.1.1: an essential acr that cannot be had is a failed authentication; acr_values, or one that is not
  // essential, is a wish. OIDC Unmet Authentication Requirements §2
  if (acr?.essential && demanded && !authenticationContextClasses.some((known) => demanded.includes(known))) {
    throw new OAuthError(
      'unmet_authentication_requirements',
      'No user can sign in here in the way that acr demands.',
    )
  }
  return claims
}
