import { type Expression, sql } from 'kysely'
import type { Profile } from '../../protocol/claims.ts'
import type { Confirmation, GrantTerms } from '../../protocol/grant-terms.ts'
import type { ClientId, GrantId, OrganizationId, UserId } from '../../protocol/identifiers.ts'
import type { StandardClaims } from '../../protocol/standard-claims.ts'
import { type Camelized, camelize, type Domain, json } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type AuthorizationGrantRecord = Domain<'authorization_grant'>

/** A grant with whose it is and for whom: what its consent says, and the user as of now. */
export interface HeldGrant extends AuthorizationGrantRecord {
  readonly clientId: ClientId
  readonly user: Profile & { readonly id: UserId }
  readonly organizationId: OrganizationId | null
  /** All that its user agrees to by now. */
  readonly consentedScopes: readonly string[]
  /** The user may still act for the organization, if there is one. */
  readonly membershipHolds: boolean
}

export const authorizationGrants = (db: Executor) => ({
  /** Ends the grant with all its tokens; false if it had ended before, or never began. */
  revoke: async (id: GrantId, now: Date): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('authorization_grant')
      .set({ revoked_at: now })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})

/**
 * Of the scopes in a column those that the consent beside it still says, in their order. A permission that is deleted, or
 * what a user takes back, is taken out of consents alone, so everything that stands on one is read through this: a grant
 * never gives more than its consent.
 */
export const withinConsent = (scopes: Expression<unknown>, consented: Expression<unknown>) =>
  sql<string[]>`array(
    select given.scope from unnest(${scopes}) with ordinality as given(scope, place)
     where array[given.scope] <@ ${consented} order by given.place)`

/** The columns of `Profile` and the ID, of a table or alias "user". */
export const userColumns = [
  'user.id as user_id',
  'user.email',
  'user.email_verified',
  'user.name',
  'user.first_name',
  'user.last_name',
  'user.locale',
  'user.picture_url',
  'user.updated_at as user_updated_at',
  'user.claims as user_claims',
] as const

interface UserColumns {
  readonly user_id: UserId
  readonly email: string
  readonly email_verified: boolean
  readonly name: string | null
  readonly first_name: string | null
  readonly last_name: string | null
  readonly locale: string | null
  readonly picture_url: string | null
  readonly user_updated_at: Date
  readonly user_claims: StandardClaims
}

/** Takes the user out of a row that has `userColumns` among others. */
export const withUser = <R extends UserColumns>({
  user_id,
  email,
  email_verified,
  name,
  first_name,
  last_name,
  locale,
  picture_url,
  user_updated_at,
  user_claims,
  ...rest
}: R): { readonly user: HeldGrant['user']; readonly rest: Camelized<Omit<R, keyof UserColumns>> } => ({
  user: {
    id: user_id,
    email,
    emailVerified: email_verified,
    name,
    firstName: first_name,
    lastName: last_name,
    locale,
    pictureUrl: picture_url,
    updatedAt: user_updated_at,
    claims: user_claims,
  },
  rest: camelize(rest),
})

/**
 * A user without an organization needs no membership; with one, an active one. Takes columns, not values.
 *
 * Asked of the one row there can be: for "exists" behind "or" the planner reads the table and hashes it, as long as it
 * takes it for small, which it does until the table is analyzed.
 */
export const membershipHolds = (userId: Expression<unknown>, organizationId: Expression<unknown>) =>
  sql<boolean>`(${organizationId} is null or coalesce((
    select membership.status = 'active' from organization_membership membership
     where membership.user_id = ${userId} and membership.organization_id = ${organizationId}), false))`

/**
 * Terms that need no key, or any and there is one, or that whose possession was proved (RFC 9449 §5, §10).
 *
 * @param key of `keyOf`
 */
export const isBoundTo = (terms: Expression<unknown>, key: Expression<string | null>) =>
  sql<boolean>`coalesce(${terms} -> 'confirmation' = ${key}::jsonb,
    ${terms} -> 'confirmation' is null and (${key}::jsonb is not null or ${terms} -> 'isKeyed' is null))`

/** The key whose possession was proved, as statements are given it. */
export const keyOf = (confirmation: Confirmation | undefined): string | null =>
  confirmation === undefined ? null : json(confirmation)

/** Terms that name no resource (RFC 8707), or one of these. */
export const isForOneOf = (terms: Expression<unknown>, resources: Expression<string[]>) =>
  sql<boolean>`coalesce(${terms} -> 'resources' ?| ${resources}::text[], true)`

/**
 * The same terms, bound to that key, to any or to none.
 *
 * @param binding of `bindingOf`
 */
export const withBinding = (terms: Expression<unknown>, binding: Expression<string>) =>
  sql<GrantTerms | null>`case when ${binding}::jsonb = '{}' then ${terms} - 'confirmation'
    else (coalesce(${terms}, '{}') - 'confirmation') || ${binding}::jsonb end`

/** What the refresh tokens of a grant are bound to, as statements are given it. */
export const bindingOf = ({
  confirmation,
  isKeyed,
}: {
  readonly confirmation: Confirmation | undefined
  readonly isKeyed: boolean
}): string => {
  const binding: Pick<GrantTerms, 'confirmation' | 'isKeyed'> = {
    ...(confirmation && { confirmation }),
    ...(isKeyed && { isKeyed }),
  }
  return json(binding)
}
