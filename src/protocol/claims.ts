import { isDeepStrictEqual } from 'node:util'
import type { ClaimRequest } from './grant-terms.ts'
import type { StandardScope } from './scope.ts'
import type { AddressClaim, StandardClaims } from './standard-claims.ts'

/** What claims about a user are made of. */
export interface Profile {
  readonly email: string
  readonly emailVerified: boolean
  readonly name: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly locale: string | null
  readonly pictureUrl: string | null
  readonly updatedAt: Date
  /** Those that are kept under their own names. */
  readonly claims: StandardClaims
}

type ClaimValue = string | number | boolean | AddressClaim

interface ClaimDefinition {
  readonly claim: string
  /** Asks for it, together with others; and must have been agreed to by whoever is to be told of it by name. */
  readonly scope: StandardScope
  readonly value: (profile: Profile) => ClaimValue | null | undefined
}

const fullName = ({ name, firstName, lastName }: Profile): string | null =>
  name ?? ([firstName, lastName].filter((part) => part).join(' ') || null)

/** Kept under the name of the claim. */
const kept = (scope: StandardScope, ...claims: readonly (keyof StandardClaims)[]): ClaimDefinition[] =>
  claims.map((claim) => ({ claim, scope, value: (profile) => profile.claims[claim] }))

/** The one registry: claim, the scope that asks for it, where it comes from (OIDC Core §5.1, §5.4). */
export const claimDefinitions: readonly ClaimDefinition[] = [
  { claim: 'name', scope: 'profile', value: fullName },
  { claim: 'given_name', scope: 'profile', value: (profile) => profile.firstName },
  { claim: 'family_name', scope: 'profile', value: (profile) => profile.lastName },
  ...kept('profile', 'middle_name', 'nickname', 'preferred_username', 'profile'),
  { claim: 'picture', scope: 'profile', value: (profile) => profile.pictureUrl },
  ...kept('profile', 'website', 'gender', 'birthdate', 'zoneinfo'),
  { claim: 'locale', scope: 'profile', value: (profile) => profile.locale },
  {
    claim: 'updated_at',
    scope: 'profile',
    value: (profile) => Math.floor(profile.updatedAt.getTime() / 1000),
  },
  { claim: 'email', scope: 'email', value: (profile) => profile.email },
  { claim: 'email_verified', scope: 'email', value: (profile) => profile.emailVerified },
  ...kept('address', 'address'),
  ...kept('phone', 'phone_number', 'phone_number_verified'),
]

const definitionsByClaim: ReadonlyMap<string, ClaimDefinition> = new Map(
  claimDefinitions.map((definition) => [definition.claim, definition]),
)

/** The scope that a claim about the user belongs to; undefined for what is none of them. */
export const scopeOfClaim = (claim: string): StandardScope | undefined => definitionsByClaim.get(claim)?.scope

/** Which claims are to be told. */
export interface ClaimsAsked {
  readonly scopes: readonly string[]
  /** OIDC Core §5.5: one by one, beside the scopes. */
  readonly byName?: Readonly<Record<string, ClaimRequest>> | undefined
}

/** OIDC Core §5.3.2: claims without a value are left out. */
export const userClaims = (profile: Profile, { scopes, byName = {} }: ClaimsAsked): Record<string, unknown> =>
  Object.fromEntries(
    claimDefinitions.flatMap(({ claim, scope, value }): [string, ClaimValue][] => {
      const held = value(profile) ?? null
      if (held === null) return []
      const isAsked =
        scopes.includes(scope) || (Object.hasOwn(byName, claim) && isWanted(held, byName[claim] ?? null))
      return isAsked ? [[claim, held]] : []
    }),
  )

/** OIDC Core §5.5.1: whoever asks for a claim with a particular value is not told another one. */
const isWanted = (held: ClaimValue, asked: ClaimRequest): boolean => {
  const { value, values } = asked ?? {}
  return (
    (value === undefined || isDeepStrictEqual(held, value)) &&
    (values === undefined || values.some((each) => isDeepStrictEqual(held, each)))
  )
}
