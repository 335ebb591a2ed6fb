import type { Client } from '../clients/client.ts'
import { type Asked, declinedOf } from '../consents/coverage.ts'
import { essentialScopesOf, withoutClaimsOf } from '../protocol/claims-request.ts'
import type { GrantTerms } from '../protocol/grant-terms.ts'
import { missingScopes } from '../protocol/scope.ts'
import type { Settings } from '../protocol/settings.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'

/*
 * RFC 6749 §3.3: the authorization server may ignore a part of the scope that was asked for, based on the instructions of
 * the resource owner. These are what users may leave out on the consent page, and what is granted without it.
 */

/** Of an authorization request (request.ts). */
interface Asking {
  readonly scopes: readonly string[]
  readonly terms: GrantTerms
  readonly agreement: Asked
  readonly optionalScopes: readonly string[]
}

/**
 * Of an application that is not the operator's own, all but who the user is, and what it has marked as essential. One scope
 * alone is answered by allowing or denying.
 */
export const optionalScopesOf = (
  {
    client,
    agreement,
    terms,
  }: Pick<Asking, 'agreement' | 'terms'> & { readonly client: Pick<Client, 'isFirstParty'> },
  { optionalScopes }: Pick<Settings, 'optionalScopes'>,
): readonly string[] => {
  const { scopes } = agreement
  if (client.isFirstParty || !optionalScopes || scopes.length < 2) return []
  // OIDC Core §5.5.1: essential, for what the user wants to do.
  return missingScopes(scopes, ['openid', ...essentialScopesOf(terms.claims)])
}

/** What is granted of what is asked for: less than that, where its user left something out. */
export const grantedPart = (
  { agreement, optionalScopes, scopes, terms }: Asking,
  consent: GivenConsent | undefined,
): { readonly scopes: string[]; readonly terms: GrantTerms } => {
  const declined = declinedOf(agreement, optionalScopes, consent)
  const { claims, ...others } = terms
  const granted = claims && withoutClaimsOf(claims, declined)
  return {
    scopes: missingScopes(scopes, declined),
    terms: { ...others, ...(granted && { claims: granted }) },
  }
}
