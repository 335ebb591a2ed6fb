import type { Client } from '../../clients/client.ts'
import { attainableContextClasses } from '../../environment/context-classes.ts'
import type { AuthenticationContextClass, ContextDemand } from '../../protocol/authentication-methods.ts'
import { demandedValues } from '../../protocol/claims-request.ts'
import { OAuthError } from '../../protocol/error.ts'
import type { ClaimsRequest } from '../../protocol/grant-terms.ts'
import type { Parameters } from '../../protocol/parameters.ts'
import type { Settings } from '../../protocol/settings.ts'

/** A list longer than this nobody means. */
const MAXIMUM_VALUES = 20

/**
 * What the sign-in is to amount to: an acr of the claims parameter, `acr_values` (RFC 9470 §4: of any request, not of OpenID
 * Connect alone), or what the client has registered. What cannot be had, or is not known, counts for nothing as a wish.
 *
 * @param signsInHere and not at a page of the operator's own.
 * @throws OAuthError unmet_authentication_requirements
 */
export const checkContextClasses = (
  parameters: Parameters,
  claims: ClaimsRequest | undefined,
  { metadata }: Pick<Client, 'metadata'>,
  settings: Pick<Settings, 'passkeys' | 'secondFactor'>,
  signsInHere: boolean,
): ContextDemand | undefined => {
  const attainable = attainableContextClasses(settings, signsInHere)
  const known = (values: readonly unknown[]): AuthenticationContextClass[] =>
    [...new Set(values)].flatMap((value) => attainable.find((each) => each === value) ?? [])

  const acr = claims?.id_token?.['acr']
  const demanded = demandedValues(acr)
  if (acr?.essential && demanded) {
    const contextClasses = known(demanded)
    // OIDC Core §5.5.1.1: an essential acr that cannot be had is a failed authentication. OIDC Unmet Authentication
    // Requirements §2
    if (contextClasses.length === 0) {
      throw new OAuthError(
        'unmet_authentication_requirements',
        'No user can sign in here in the way that acr demands.',
      )
    }
    return { contextClasses, isEssential: true }
  }
  const acrValues = parameters.get('acr_values')?.split(' ', MAXIMUM_VALUES)
  // OIDC Registration §2: acr_values, or an acr asked for by name, overrides default_acr_values.
  const isAsked = acrValues !== undefined || acr !== undefined
  const wishes = isAsked ? [...(acrValues ?? []), ...(demanded ?? [])] : (metadata.default_acr_values ?? [])
  const contextClasses = known(wishes)
  return contextClasses.length === 0 ? undefined : { contextClasses, isEssential: false }
}
