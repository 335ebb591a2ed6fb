import { ulid } from 'ulid'

/*
 * Every thing has an ID of its own kind: a prefix, "_" and a ULID. The prefix is part of the type, so the ID of a
 * user does not pass for that of an organization.
 */

declare const kind: unique symbol
type Branded<Prefix extends string> = `${Prefix}_${string}` & { readonly [kind]: Prefix }

const prefixes = {
  application: 'conn_app',
  client: 'client',
  credential: 'secret',
  organization: 'org',
  user: 'user',
  membership: 'om',
  permission: 'perm',
  consent: 'app_consent',
  session: 'session',
  grant: 'grant',
  apiKey: 'api_key',
  event: 'event',
  signingKey: 'key',
} as const

type Prefixes = typeof prefixes
export type IdentifierKind = keyof Prefixes
export type Identifier<K extends IdentifierKind> = Branded<Prefixes[K]>

export type ApplicationId = Identifier<'application'>
export type ClientId = Identifier<'client'>
export type CredentialId = Identifier<'credential'>
export type OrganizationId = Identifier<'organization'>
export type UserId = Identifier<'user'>
export type MembershipId = Identifier<'membership'>
export type PermissionId = Identifier<'permission'>
export type ConsentId = Identifier<'consent'>
export type SessionId = Identifier<'session'>
export type GrantId = Identifier<'grant'>
export type ApiKeyId = Identifier<'apiKey'>
export type EventId = Identifier<'event'>

/** A ULID: 48 bits of time in milliseconds, 80 random bits; 26 characters of Crockford's base 32. */
export const newUlid = (now: Date, random: { bytes(length: number): Uint8Array }): string => {
  const entropy = random.bytes(16)
  let next = 0
  return ulid(now.getTime(), () => (entropy[next++ % entropy.length] ?? 0) / 256)
}

export const newIdentifier = <K extends IdentifierKind>(
  kindOfThing: K,
  now: Date,
  random: { bytes(length: number): Uint8Array },
): Identifier<K> => `${prefixes[kindOfThing]}_${newUlid(now, random)}` as Identifier<K>

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/

/** The same as an ID of that kind, or undefined if it cannot be one: it may come from anybody's JSON. */
export const parseIdentifier = <K extends IdentifierKind>(
  kindOfThing: K,
  text: unknown,
): Identifier<K> | undefined => {
  if (typeof text !== 'string') return undefined
  const prefix = `${prefixes[kindOfThing]}_`
  return text.startsWith(prefix) && ULID.test(text.slice(prefix.length)) ? (text as Identifier<K>) : undefined
}
