import { z } from 'zod'
import {
  type ClientMetadata,
  clientMetadataSchema,
  clientMetadataShape,
} from '../protocol/client-metadata.ts'
import { OAuthError } from '../protocol/error.ts'
import { grantTypeOf, isImplicit, type ResponseType } from '../protocol/response-type.ts'
import type { RegisteredUri } from '../storage/stores/clients.ts'
import { checkedName, redirectUriProblems, withOneDefault } from './application-rules.ts'
import { allowedGrantTypes } from './client.ts'
import { metadataProblems } from './client-metadata.ts'
import { checkedKeySet, jwksUriProblem, type KeySet } from './key-set.ts'

/*
 * What a client says of itself when it introduces itself: to the registration endpoint (RFC 7591 §2), or in a document
 * under its client ID. What is not understood is ignored (RFC 7591 §2); what cannot be had is replaced by what can, as
 * RFC 7591 §3.2.1 allows, where the client can tell from the answer; what makes no sense is refused.
 */

/** A client as it described itself, checked. */
export interface Described {
  readonly name: string
  readonly redirectUris: readonly RegisteredUri[]
  readonly isPublic: boolean
  /** With its token_endpoint_auth_method, whether said or by default. */
  readonly metadata: ClientMetadata & Required<Pick<ClientMetadata, 'token_endpoint_auth_method'>>
  readonly jwks: KeySet | null
  readonly jwksUri: string | null
}

const MAXIMUM_KEYS = 50

/** What the operator holds a client to, or lets it have: not for the client to say, nor to take back. */
const operatorMembers = { profile: true, authorization_details_types: true } as const

/** Of what is known of a client that describes itself, that which its operator has said; the rest is its own to replace. */
export const saidByOperator = (
  metadata: ClientMetadata,
): Pick<ClientMetadata, keyof typeof operatorMembers> =>
  clientMetadataSchema.pick(operatorMembers).parse(metadata)

/** What a client says of itself, with what its operator has said, and nothing that an operator said before. */
export const withSaidByOperator = <Metadata extends ClientMetadata>(
  said: Metadata,
  current: ClientMetadata,
): Metadata => {
  const own = Object.entries(said).filter(([name]) => !Object.hasOwn(operatorMembers, name))
  return { ...(Object.fromEntries(own) as Metadata), ...saidByOperator(current) }
}

const words = z.array(z.string().max(255)).max(50)

const described = z
  .object({
    ...clientMetadataShape,
    redirect_uris: z.array(z.string()),
    client_name: z.string(),
    grant_types: words,
    response_types: words,
    jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(MAXIMUM_KEYS) }),
    jwks_uri: z.string(),
  })
  .omit(operatorMembers)
  .partial()

const invalidMetadata = (description: string): OAuthError =>
  new OAuthError('invalid_client_metadata', description)

/** @throws OAuthError invalid_redirect_uri, invalid_client_metadata (RFC 7591 §3.2.2) */
export const readDescription = (
  members: Readonly<Record<string, unknown>>,
  { authMethod, authMethods, responseTypes }: Possible,
): Described => {
  const parsed = described.safeParse(withoutNull(members))
  if (!parsed.success) throw misshapen(parsed.error)
  const { redirect_uris, client_name, grant_types, response_types, jwks, jwks_uri, ...said } = parsed.data
  const { token_endpoint_auth_method: method = authMethod } = said
  if (!authMethods.includes(method)) {
    throw invalidMetadata(`token_endpoint_auth_method is not one of ${authMethods.join(', ')}.`)
  }
  const authenticated = { ...said, token_endpoint_auth_method: method }
  const grantTypes = checkedGrantTypes(grant_types, authenticated, responseTypes)
  const metadata = {
    ...authenticated,
    ...checkedResponseTypes(response_types, grantTypes, responseTypes),
  }
  const isRedirected = grantTypes.includes('authorization_code') || metadata.response_types !== undefined
  const redirectUris = checkedRedirectUris(redirect_uris ?? [], isRedirected)
  const keys = checkedKeys(jwks?.keys, jwks_uri)
  const isPublic = method === 'none'
  const [problem] = metadataProblems(metadata, { type: 'oauth', isPublic, redirectUris, ...keys })
  if (problem?.code === 'redirect_uri_not_allowed') {
    throw new OAuthError('invalid_redirect_uri', problem.message, 'redirect_uris')
  }
  if (problem) throw invalidMetadata(`${problem.field}: ${problem.message}`)
  checkFrontChannel(metadata, redirectUris)
  return { name: nameOf(client_name, redirectUris), redirectUris, isPublic, metadata, ...keys }
}

/** What there is to register for. */
interface Possible {
  /** That of a client that says nothing of how it will prove who it is. */
  readonly authMethod: NonNullable<ClientMetadata['token_endpoint_auth_method']>
  readonly authMethods: readonly string[]
  readonly responseTypes: readonly ResponseType[]
}

/** RFC 7592 §2.2: null is as good as nothing. */
const withoutNull = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))

/** Names of members are ours: what is not known was not looked at. */
const misshapen = ({ issues }: z.ZodError): OAuthError => {
  const names = [...new Set(issues.map(({ path }) => String(path[0])))]
  return names.includes('redirect_uris')
    ? new OAuthError('invalid_redirect_uri', 'redirect_uris is not a list of URIs.')
    : invalidMetadata(`Not of the form, or none of the values, that is possible here: ${names.join(', ')}.`)
}

/**
 * RFC 7591 §2: those it says, or codes. At least one must be possible here.
 *
 * @throws OAuthError invalid_client_metadata
 */
const checkedGrantTypes = (
  given: readonly string[] | undefined,
  metadata: ClientMetadata,
  responseTypes: readonly ResponseType[],
): readonly string[] => {
  const grantTypes = given === undefined || given.length === 0 ? ['authorization_code'] : given
  const possible: readonly string[] = [
    ...allowedGrantTypes({
      type: 'oauth',
      metadata,
      isFirstParty: false,
      isPublic: metadata.token_endpoint_auth_method === 'none',
      wasDynamicallyRegistered: true,
    }),
    ...(responseTypes.some(isImplicit) ? ['implicit'] : []),
  ]
  if (!grantTypes.some((grantType) => possible.includes(grantType))) {
    throw invalidMetadata(`None of grant_types is possible here; ${possible.join(', ')} are.`)
  }
  return grantTypes
}

/**
 * RFC 7591 §2.1, OIDC Registration §2: grant types and response types have to fit, and at least one must be possible here.
 *
 * @returns nothing where code is all of it, which is so by default.
 * @throws OAuthError invalid_client_metadata
 */
const checkedResponseTypes = (
  given: readonly string[] | undefined,
  grantTypes: readonly string[],
  possible: readonly ResponseType[],
): Pick<ClientMetadata, 'response_types'> => {
  const usesCodes = grantTypes.includes('authorization_code')
  const isRedirected = usesCodes || (grantTypes.includes('implicit') && possible.some(isImplicit))
  // OAuth 2.0 Multiple Response Type Encoding Practices §3: the order of words means nothing.
  const named = given?.map((text) => text.split(' ').sort().join(' '))
  const wanted = named === undefined || (named.length === 0 && usesCodes) ? ['code'] : named
  const responseTypes = possible.filter((responseType) => wanted.includes(responseType))
  if (isRedirected && responseTypes.length === 0) {
    throw invalidMetadata(`None of response_types is possible here; ${possible.join(', ')} are.`)
  }
  // Who is sent nowhere, such as a device, says code because it is the default.
  const unfit = responseTypes.find(
    (responseType) =>
      (isRedirected || isImplicit(responseType)) && !grantTypes.includes(grantTypeOf(responseType)),
  )
  if (unfit !== undefined) {
    throw invalidMetadata(`The response type ${unfit} goes with the grant type ${grantTypeOf(unfit)}.`)
  }
  if (usesCodes && !responseTypes.includes('code')) {
    throw invalidMetadata('The grant type authorization_code goes with the response type code.')
  }
  return responseTypes.some(isImplicit) ? { response_types: [...responseTypes] } : {}
}

/** RFC 7591 §2: clients of redirect-based flows must register their redirection URIs. */
const checkedRedirectUris = (uris: readonly string[], isRedirected: boolean): readonly RegisteredUri[] => {
  if (isRedirected && uris.length === 0) {
    throw new OAuthError('invalid_redirect_uri', 'At least one redirect URI is needed.')
  }
  // Software that lists one twice means no harm.
  const given = [...new Set(uris)].map((uri) => ({ uri }))
  const [problem] = redirectUriProblems(given)
  if (problem) throw new OAuthError('invalid_redirect_uri', problem.message, 'redirect_uris')
  return withOneDefault(given)
}

const checkedKeys = (
  keys: readonly Readonly<Record<string, unknown>>[] | undefined,
  jwksUri: string | undefined,
): Pick<Described, 'jwks' | 'jwksUri'> => {
  // RFC 7591 §2: jwks and jwks_uri must not both be present.
  if (keys !== undefined && jwksUri !== undefined) {
    throw invalidMetadata('jwks and jwks_uri cannot both be given.')
  }
  const uriProblem = jwksUri === undefined ? undefined : jwksUriProblem(jwksUri)
  if (uriProblem) throw invalidMetadata(`${uriProblem.field} ${uriProblem.message}`)
  const checked = keys === undefined ? { keySet: null } : checkedKeySet(keys)
  if ('problems' in checked) {
    const [{ field, message } = { field: 'jwks', message: 'is not a key set.' }] = checked.problems
    throw invalidMetadata(`${field} ${message}`)
  }
  return { jwks: checked.keySet, jwksUri: jwksUri ?? null }
}

/** OIDC Front-Channel Logout §2: scheme, domain and port of a redirection URI. Our page shows it in a frame. */
const checkFrontChannel = (
  { frontchannel_logout_uri: uri }: ClientMetadata,
  redirectUris: readonly RegisteredUri[],
): void => {
  if (uri === undefined) return
  const { origin } = new URL(uri)
  if (!redirectUris.some((registered) => new URL(registered.uri).origin === origin)) {
    throw invalidMetadata('frontchannel_logout_uri is not on the scheme, host and port of a redirect URI.')
  }
}

/** What it calls itself, or what people can at least recognise. */
const nameOf = (given: string | undefined, redirectUris: readonly RegisteredUri[]): string => {
  if (given !== undefined && given.trim() !== '') {
    const name = checkedName(given)
    if ('problem' in name) throw invalidMetadata(`client_name: ${name.problem.message}`)
    return name.value
  }
  const [first] = redirectUris
  const { host, protocol } = new URL(first?.uri ?? 'about:device')
  return protocol === 'https:' ? host : 'Unnamed application'
}
