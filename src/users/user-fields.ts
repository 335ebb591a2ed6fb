import { isExternalId } from '../protocol/external-id.ts'
import { changeMetadata, type MetadataChange, metadataProblem } from '../protocol/metadata.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { StandardClaims } from '../protocol/standard-claims.ts'
import type { PasswordHash } from './password.ts'
import { parseEmail, parseLocale, type User } from './user.ts'

const MAXIMUM_NAME_LENGTH = 255

/** What an operator may say of a user. What is not given stays; null, or an empty name, takes it away. */
export interface GivenUserFields {
  readonly email?: string | undefined
  /** An address that changes is not verified, unless this says so. */
  readonly emailVerified?: boolean | undefined
  readonly firstName?: string | null | undefined
  readonly lastName?: string | null | undefined
  readonly name?: string | null | undefined
  /** A language tag (BCP 47). */
  readonly locale?: string | null | undefined
  readonly pictureUrl?: string | null | undefined
  readonly externalId?: string | null | undefined
  readonly metadata?: MetadataChange | undefined
  /** In the place of all that there were; checked by standard-claims.ts. */
  readonly claims?: StandardClaims | undefined
  /** Made before the transaction began: password.ts. Null takes it away. */
  readonly passwordHash?: PasswordHash | null | undefined
}

export type RefusedUser = { readonly outcome: 'refused' } & (
  | {
      readonly code:
        | 'email_invalid'
        | 'email_not_available'
        | 'external_id_invalid'
        | 'external_id_already_used'
        | 'locale_invalid'
    }
  | { readonly code: 'name_invalid'; readonly field: 'firstName' | 'lastName' | 'name' }
  | { readonly code: 'metadata_invalid'; readonly problem: string }
)

/** The user as they would be, or why they cannot be so. */
export const withFields = (user: User, given: GivenUserFields): User | RefusedUser => {
  const address = given.email === undefined ? user : parseEmail(given.email)
  if (!address) return { outcome: 'refused', code: 'email_invalid' }
  const locale = typeof given.locale === 'string' ? parseLocale(given.locale) : (given.locale ?? null)
  if (locale === undefined) return { outcome: 'refused', code: 'locale_invalid' }
  if (typeof given.externalId === 'string' && !isExternalId(given.externalId)) {
    return { outcome: 'refused', code: 'external_id_invalid' }
  }
  const metadata = changeMetadata(user.metadata, given.metadata ?? {})
  const problem = metadataProblem(metadata)
  if (problem !== undefined) return { outcome: 'refused', code: 'metadata_invalid', problem }
  const names = { firstName: user.firstName, lastName: user.lastName, name: user.name }
  for (const field of ['firstName', 'lastName', 'name'] as const) {
    const name = given[field] === undefined ? user[field] : parseName(given[field])
    if (name === undefined) return { outcome: 'refused', code: 'name_invalid', field }
    names[field] = name
  }
  const isSameAddress = address.normalizedEmail === user.normalizedEmail
  return {
    ...user,
    ...names,
    email: address.email,
    normalizedEmail: address.normalizedEmail,
    emailVerified: given.emailVerified ?? (isSameAddress && user.emailVerified),
    locale: given.locale === undefined ? user.locale : locale,
    pictureUrl: given.pictureUrl === undefined ? user.pictureUrl : given.pictureUrl,
    externalId: given.externalId === undefined ? user.externalId : given.externalId,
    metadata,
    claims: given.claims ?? user.claims,
    passwordHash: given.passwordHash === undefined ? user.passwordHash : given.passwordHash,
  }
}

/** Null if there is none, undefined if it cannot be one. */
export const parseName = (text: string | null): string | null | undefined =>
  text === null || text.trim() === '' ? null : parseLine(text, MAXIMUM_NAME_LENGTH)
