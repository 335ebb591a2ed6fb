import type { StandardScope } from './scope.ts'
import type { StandardClaims } from './standard-claims.ts'

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

interface ClaimDefinition {
  readonly claim: string
  readonly scope: StandardScope
  readonly value: (profile: Profile) => string | number | boolean | null
}

const fullName = ({ name, firstName, lastName }: Profile): string | null =>
  name ?? ([firstName, lastName].filter((part) => part).join(' ') || null)

/** The one registry: claim, the scope that asks for it, where it comes from (OIDC Core §5.1, §5.4). */
export const claimDefinitions: readonly ClaimDefinition[] = [
  { claim: 'name', scope: 'profile', value: fullName },
  { claim: 'given_name', scope: 'profile', value: (profile) => profile.firstName },
  { claim: 'family_name', scope: 'profile', value: (profile) => profile.lastName },
  { claim: 'picture', scope: 'profile', value: (profile) => profile.pictureUrl },
  { claim: 'locale', scope: 'profile', value: (profile) => profile.locale },
  {
    claim: 'updated_at',
    scope: 'profile',
    value: (profile) => Math.floor(profile.updatedAt.getTime() / 1000),
  },
  { claim: 'email', scope: 'email', value: (profile) => profile.email },
  { claim: 'email_verified', scope: 'email', value: (profile) => profile.emailVerified },
]

/** OIDC Core §5.3.2: claims without a value are left out. */
export const userClaims = (profile: Profile, scopes: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    claimDefinitions
      .filter(({ scope }) => scopes.includes(scope))
      .map(({ claim, value }) => [claim, value(profile)])
      .filter(([, value]) => value !== null),
  )
