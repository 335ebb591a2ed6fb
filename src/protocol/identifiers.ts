import { encodeTime, incrementBase32, ulid } from 'ulid'
import { type ClientIdUrl, parseClientIdUrl } from './client-id-url.ts'

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
  organizationDomain: 'org_domain',
  user: 'user',
  membership: 'om',
  permission: 'perm',
  role: 'role',
  consent: 'app_consent',
  session: 'session',
  grant: 'grant',
  apiKey: 'api_key',
  event: 'event',
  signingKey: 'key',
  webhookEndpoint: 'we',
  environmentRedirectUri: 'redir',
  corsOrigin: 'cors_origin',
  resourceIndicator: 'authkit_oauth_resource',
  authorizedApplication: 'authorized_connect_app',
  authenticationFactor: 'auth_factor',
  passkey: 'passkey',
  identityProvider: 'idp',
  loginUri: 'login_uri',
  refusedRequest: 'refused_request',
} as const

type Prefixes = typeof prefixes
export type IdentifierKind = keyof Prefixes
export type Identifier<K extends IdentifierKind> = Branded<Prefixes[K]>

export type ApplicationId = Identifier<'application'>
/** Ours, or a URL of the client's own. */
export type ClientId = Identifier<'client'> | ClientIdUrl
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
export type OrganizationDomainId = Identifier<'organizationDomain'>
export type RoleId = Identifier<'role'>
export type WebhookEndpointId = Identifier<'webhookEndpoint'>
export type EnvironmentRedirectUriId = Identifier<'environmentRedirectUri'>
export type CorsOriginId = Identifier<'corsOrigin'>
export type ResourceIndicatorId = Identifier<'resourceIndicator'>
export type AuthorizedApplicationId = Identifier<'authorizedApplication'>
export type AuthenticationFactorId = Identifier<'authenticationFactor'>
export type PasskeyId = Identifier<'passkey'>
export type IdentityProviderId = Identifier<'identityProvider'>
export type LoginUriId = Identifier<'loginUri'>
export type RefusedRequestId = Identifier<'refusedRequest'>

interface Chance {
  bytes(length: number): Uint8Array
}

/** The last ULID of each source of chance, which is one a process. */
const latest = new WeakMap<Chance, { readonly time: number; readonly ulid: string }>()

/**
 * A ULID: 48 bits of time in milliseconds, 80 random bits; 26 characters of Crockford's base 32. Those that a process
 * makes within one millisecond follow each other (monotonicity of the ULID specification), so that lists by ID are in
 * the order of creation.
 */
export const newUlid = (now: Date, random: Chance): string => {
  const time = now.getTime()
  const former = latest.get(random)
  const next = former?.time === time ? incrementBase32(former.ulid) : randomUlid(time, random)
  latest.set(random, { time, ulid: next })
  return next
}

const randomUlid = (time: number, random: Chance): string => {
  const entropy = random.bytes(16)
  let next = 0
  return ulid(time, () => (entropy[next++ % entropy.length] ?? 0) / 256)
}

export const newIdentifier = <K extends IdentifierKind>(
  kindOfThing: K,
  now: Date,
  random: { bytes(length: number): Uint8Array },
): Identifier<K> => `${prefixes[kindOfThing]}_${newUlid(now, random)}` as Identifier<K>

/** No identifier of that kind made before the instant is as great; each made from then on is. None is from before 1970. */
export const firstIdentifierAt = (kindOfThing: IdentifierKind, instant: Date): string =>
  `${prefixes[kindOfThing]}_${encodeTime(Math.max(0, instant.getTime()), 10)}${'0'.repeat(16)}`

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

/** An ID that somebody has typed, as it is written here: a ULID is the same in small letters. What looks like none is as it was. */
export const canonicalIdentifier = (text: string): string => {
  const [, prefix, ulidOfIt] = /^([a-z_]+)_([0-9a-z]{26})$/i.exec(text) ?? []
  return prefix === undefined || ulidOfIt === undefined
    ? text
    : `${prefix.toLowerCase()}_${ulidOfIt.toUpperCase()}`
}

/** The same as the ID of a client, or undefined if it cannot be one. */
export const parseClientId = (text: unknown): ClientId | undefined =>
  parseIdentifier('client', text) ?? parseClientIdUrl(text)
