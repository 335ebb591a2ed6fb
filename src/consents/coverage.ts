import { type AuthorizationDetailsType, isWithin } from '../protocol/authorization-details.ts'
import type { AuthorizationDetail, GrantTerms } from '../protocol/grant-terms.ts'
import { missingScopes } from '../protocol/scope.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'

/** What an application asks its user to agree to. */
export interface Asked {
  readonly scopes: readonly string[]
  readonly terms: Pick<GrantTerms, 'resources' | 'authorizationDetails'>
}

type Given = Pick<GivenConsent, 'scopes' | 'resources' | 'authorizationDetails'> | undefined

/** What of it was not agreed to before; all of it without a consent. */
export const notAgreedTo = (
  { scopes, terms: { resources = [], authorizationDetails = [] } }: Asked,
  consent: Given,
): {
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  readonly authorizationDetails: readonly AuthorizationDetail[]
} => ({
  scopes: missingScopes(scopes, consent?.scopes ?? []),
  resources: resources.filter((resource) => !consent?.resources.includes(resource)),
  authorizationDetails: authorizationDetails.filter(
    (detail) => !consent?.authorizationDetails.some((agreed) => isWithin(detail, agreed)),
  ),
})

export const isAgreedTo = (asked: Asked, consent: GivenConsent | undefined): consent is GivenConsent =>
  consent !== undefined && Object.values(notAgreedTo(asked, consent)).every(({ length }) => length === 0)

/** The same without what is asked about each time: that is agreed to for one request, and never for the next. */
export const lastingPart = (
  { scopes, terms: { resources, authorizationDetails } }: Asked,
  types: readonly AuthorizationDetailsType[],
): Asked => ({
  scopes,
  terms: {
    ...(resources && { resources }),
    ...(authorizationDetails && {
      authorizationDetails: authorizationDetails.filter(({ type }) => !asksEveryTime(type, types)),
    }),
  },
})

export const asksEveryTime = (named: string, types: readonly AuthorizationDetailsType[]): boolean =>
  types.some(({ type, asksEveryTime: each }) => type === named && each)
