import type { Client } from '../clients/client.ts'
import { type AuthorizationDetailsType, isWithin } from '../protocol/authorization-details.ts'
import { placesOf } from '../protocol/consent-places.ts'
import type { AuthorizationDetail, GrantTerms } from '../protocol/grant-terms.ts'
import { missingScopes } from '../protocol/scope.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'

/** What an application asks its user to agree to. */
export interface Asked {
  readonly scopes: readonly string[]
  readonly terms: Pick<GrantTerms, 'resources' | 'authorizationDetails'>
}

type Given = Pick<GivenConsent, 'scopes' | 'scopesByPlace' | 'authorizationDetails'> | undefined

/** What of it was not agreed to before; all of it without a consent. */
export const notAgreedTo = (
  { scopes, terms: { resources = [], authorizationDetails = [] } }: Asked,
  consent: Given,
): {
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  readonly authorizationDetails: readonly AuthorizationDetail[]
} => {
  const agreedAt = (place: string) => consent?.scopesByPlace[place]
  return {
    // At a new resource every scope is new, and saying so of the resource is enough.
    scopes: scopes.filter(
      (scope) =>
        !consent?.scopes.includes(scope) ||
        placesOf(resources).some((place) => agreedAt(place)?.includes(scope) === false),
    ),
    resources: resources.filter((resource) => agreedAt(resource) === undefined),
    authorizationDetails: authorizationDetails.filter(
      (detail) => !consent?.authorizationDetails.some((agreed) => isWithin(detail, agreed)),
    ),
  }
}

/**
 * Each scope was agreed to at each place: what was agreed to at one resource says nothing of another, nor of the
 * environment, which is where tokens without a resource are good.
 */
export const isAgreedTo = (asked: Asked, consent: GivenConsent | undefined): consent is GivenConsent =>
  consent !== undefined &&
  Object.values(notAgreedTo(asked, consent)).every(({ length }) => length === 0) &&
  placesOf(asked.terms.resources).every((place) => {
    const agreed = consent.scopesByPlace[place]
    return agreed !== undefined && missingScopes(asked.scopes, agreed).length === 0
  })

/**
 * Of the scopes that users may leave out those that this one did: declined wherever they were not agreed to. What was never
 * asked about is not among them.
 */
export const declinedOf = (
  { scopes, terms: { resources } }: Asked,
  optionalScopes: readonly string[],
  consent: Pick<GivenConsent, 'scopesByPlace' | 'declinedByPlace'> | undefined,
): readonly string[] =>
  scopes.filter((scope) => {
    if (!consent || !optionalScopes.includes(scope)) return false
    const open = placesOf(resources).filter((place) => !consent.scopesByPlace[place]?.includes(scope))
    return open.length > 0 && open.every((place) => consent.declinedByPlace?.[place]?.includes(scope))
  })

/** Nothing is left to be asked: each thing was agreed to, or declined where it may be left out. */
export const isSettled = (
  asked: Asked,
  optionalScopes: readonly string[],
  consent: GivenConsent | undefined,
): consent is GivenConsent => {
  const declined = declinedOf(asked, optionalScopes, consent)
  return isAgreedTo({ ...asked, scopes: missingScopes(asked.scopes, declined) }, consent)
}

/**
 * The same without what is asked about each time: that is agreed to for one request, and never for the next. Nor are
 * details kept of an application of the operator, which may ask for any without its user being asked.
 */
export const lastingPart = (
  { scopes, terms: { resources, authorizationDetails } }: Asked,
  { isFirstParty }: Pick<Client, 'isFirstParty'>,
  types: readonly AuthorizationDetailsType[],
): Asked => ({
  scopes,
  terms: {
    ...(resources && { resources }),
    ...(authorizationDetails &&
      !isFirstParty && {
        authorizationDetails: authorizationDetails.filter(({ type }) => !asksEveryTime(type, types)),
      }),
  },
})

export const asksEveryTime = (named: string, types: readonly AuthorizationDetailsType[]): boolean =>
  types.some(({ type, asksEveryTime: each }) => type === named && each)
