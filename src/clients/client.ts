import type { GrantType } from '../protocol/grant-type.ts'
import { isStandardScope } from '../protocol/scope.ts'
import type { ClientRecord } from '../storage/stores/clients.ts'
import { addSeconds } from '../system/clock.ts'
import { rulesFor } from './profile.ts'
import { allowsResponseType } from './response-types.ts'

/*
 * Clients: software that asks for tokens (outside, "applications"). Owns their registration, their credentials and
 * what they may do; who is asking is decided in client-authentication.
 */

export type Client = ClientRecord & {
  /** Its row, on which consents stand, is still of a client of another name or with other places (changed-identity.ts). */
  readonly isSomebodyElse?: boolean
}

/** RFC 6749 §2.1: able to keep a credential secret. */
export const isConfidential = ({ isPublic }: Pick<Client, 'isPublic'>): boolean => !isPublic

/** OIDC Core §9, RFC 8705 §2: it said that it proves who it is by a key, so its name alone is nothing. */
export const registersKeyMethod = ({ metadata }: Pick<Client, 'metadata'>): boolean =>
  metadata.token_endpoint_auth_method === 'private_key_jwt' ||
  metadata.token_endpoint_auth_method === 'tls_client_auth' ||
  metadata.token_endpoint_auth_method === 'self_signed_tls_client_auth'

/** Whoever knows its ID may say they are it, or whoever likes may become it: what it causes has to be limited. */
export const isAnybody = ({
  isPublic,
  wasDynamicallyRegistered,
}: Pick<Client, 'isPublic' | 'wasDynamicallyRegistered'>): boolean => isPublic || wasDynamicallyRegistered

/** RFC 9700 §4.11.2: it is the operator who says what it is, and not it itself; so where it sends users can be trusted. */
export const isVouchedFor = ({
  wasDynamicallyRegistered,
}: Pick<Client, 'wasDynamicallyRegistered'>): boolean => !wasDynamicallyRegistered

const DEVICE_CODE: GrantType = 'urn:ietf:params:oauth:grant-type:device_code'
const TOKEN_EXCHANGE: GrantType = 'urn:ietf:params:oauth:grant-type:token-exchange'

const grantTypesOf: Readonly<Record<Client['type'], readonly GrantType[]>> = {
  oauth: ['authorization_code', 'refresh_token', DEVICE_CODE],
  // RFC 6749 §4.4.3: no refresh token, since the client can always ask again.
  m2m: ['client_credentials'],
}

type GrantedTypes = Pick<
  Client,
  'type' | 'metadata' | 'isFirstParty' | 'isPublic' | 'wasDynamicallyRegistered'
>

/**
 * OIDC Core §8.1: the sector that a stranger names is proven by nothing but where its users are sent back to. A device
 * sends nobody anywhere.
 */
const sectorAllowsDevices = ({ wasDynamicallyRegistered, metadata }: GrantedTypes): boolean =>
  !(wasDynamicallyRegistered && metadata.sector_identifier_uri !== undefined)

/**
 * OIDC Registration §2: whoever registered for tokens by the browser alone asked for no code, so neither for what is
 * more than that: tokens that are renewed, and tokens for devices.
 */
const grantTypesRegistered = (client: GrantedTypes): readonly GrantType[] =>
  client.type === 'm2m' || allowsResponseType(client, 'code') ? grantTypesOf[client.type] : []

export const allowedGrantTypes = (client: GrantedTypes): readonly GrantType[] => [
  ...grantTypesRegistered(client).filter(
    (grantType) =>
      grantType !== DEVICE_CODE || (rulesFor(client).allowsDevices && sectorAllowsDevices(client)),
  ),
  // As by WorkOS: the operator's own, which see everybody's tokens anyway; and it takes a secret to be one of them.
  ...(client.type === 'oauth' && client.isFirstParty && isConfidential(client) ? [TOKEN_EXCHANGE] : []),
]

export const allowsGrant = (client: GrantedTypes, grantType: GrantType): boolean =>
  allowedGrantTypes(client).includes(grantType)

/** RFC 8628: may be authorized by a person who is at another device. */
export const allowsDevices = (client: GrantedTypes): boolean => allowsGrant(client, DEVICE_CODE)

/**
 * Standard scopes are open to every application; a permission has to be assigned to it. One that acts for itself has
 * no user for `openid` to speak of, and asks for it all the same (WorkOS's own example does): it is granted, and
 * yields nothing.
 */
export const allowsScope = ({ scopes }: Pick<Client, 'scopes'>, scope: string): boolean =>
  isStandardScope(scope) || scopes.includes(scope)

/** The scopes of those wanted that the client may not have. */
export const scopesRefused = (client: Pick<Client, 'scopes'>, wanted: readonly string[]): readonly string[] =>
  wanted.filter((scope) => !allowsScope(client, scope))

/**
 * RFC 9396 §10: of every type that there is, unless it registered which. One that acts for itself has nobody who would
 * agree to what it asks for, and one that registered itself nobody who knows it, so these need to be given a type as they
 * are given a permission.
 */
export const allowsAuthorizationDetailsType = (
  {
    type,
    wasDynamicallyRegistered,
    metadata: { authorization_details_types: registered },
  }: Pick<Client, 'type' | 'wasDynamicallyRegistered' | 'metadata'>,
  wanted: string,
): boolean => registered?.includes(wanted) ?? (type !== 'm2m' && !wasDynamicallyRegistered)

/** Where an answer goes that named no place: the default, or the only one (RFC 6749 §3.1.2.3). */
export const defaultRedirectUri = ({ redirectUris }: Pick<Client, 'redirectUris'>): string | undefined => {
  const [first, ...others] = redirectUris
  return (
    redirectUris.find(({ isDefault }) => isDefault)?.uri ?? (others.length === 0 ? first?.uri : undefined)
  )
}

/** OIDC Back-Channel Logout §2.2, Front-Channel Logout §2: wants to know when a session that signed in to it ends. */
export const hearsOfLogout = ({ metadata }: Pick<Client, 'metadata'>): boolean =>
  metadata.backchannel_logout_uri !== undefined || metadata.frontchannel_logout_uri !== undefined

/** OIDC RP-Initiated Logout §3.1, Back-Channel Logout §2.2, Front-Channel Logout §2: registered for any of them. */
export const takesPartInLogout = (client: Pick<Client, 'metadata'>): boolean =>
  hearsOfLogout(client) || (client.metadata.post_logout_redirect_uris ?? []).length > 0

const NOTED_AGAIN_SECONDS = 24 * 3600

/**
 * Whether a use is to be written down: of a client that nobody vouches for, so that it is deleted when nobody uses it any
 * more, and once a day, since every node has to read it anew afterwards.
 */
export const isUseOfNote = (
  { wasDynamicallyRegistered, lastUsedAt }: Pick<Client, 'wasDynamicallyRegistered' | 'lastUsedAt'>,
  now: Date,
): boolean =>
  wasDynamicallyRegistered && (lastUsedAt === null || now >= addSeconds(lastUsedAt, NOTED_AGAIN_SECONDS))
