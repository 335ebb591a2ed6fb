import type { Acting } from '../events/record.ts'
import type { ClientMetadata, ClientMetadataName } from '../protocol/client-metadata.ts'
import type { ApplicationId } from '../protocol/identifiers.ts'
import { redirectUriProblem } from '../protocol/redirect-uri.ts'
import { hasAccessToken, isImplicit, type ResponseType } from '../protocol/response-type.ts'
import { isProtectedWebUri } from '../protocol/web-uri.ts'
import type { Stores } from '../storage/index.ts'
import { parseDistinguishedName } from '../system/distinguished-name.ts'
import { octetsOfAddress } from '../system/network.ts'
import { type Client, registersKeyMethod } from './client.ts'
import { algorithmsOf, hasKeys, type PublicJwk } from './key-set.ts'
import { needsBoundTokens, rulesFor } from './profile.ts'
import { applyChanges } from './registration.ts'
import { implicitRedirectUriProblem, registrableResponseTypes } from './response-types.ts'
import { isPairwise, isSectorUnclear } from './sector-identifier.ts'

/*
 * What a client says of itself must make sense together with what else is known of it. The same checks hold whoever says
 * it: the operator, a client that registers itself, or a metadata document.
 */

export interface MetadataProblem {
  readonly field: ClientMetadataName
  readonly code:
    | 'uri_invalid'
    | 'keys_required'
    | 'public_client'
    | 'several_subjects'
    | 'subject_malformed'
    | 'confidential_client'
    | 'not_for_type'
    | 'sector_required'
    | 'sector_invalid'
    | 'algorithm_not_allowed'
    | 'response_type_not_supported'
    | 'response_type_not_allowed'
    | 'redirect_uri_not_allowed'
  readonly message: string
}

/** What the metadata has to agree with. */
export type Described = Pick<Client, 'type' | 'isPublic' | 'jwks' | 'jwksUri' | 'redirectUris'>

/** https, or http on this machine; without user and fragment. */
export const isMetadataUri = (text: string): boolean => isProtectedWebUri(text) && !text.includes('#')

/** RFC 9101 §5.2: no longer. */
const MAXIMUM_REQUEST_URI_LENGTH = 512

/** RFC 9101 §5.2: https. OIDC Registration §2: the fragment may be a hash of the content, so it may have one. */
const isRequestUri = (text: string): boolean =>
  text.length <= MAXIMUM_REQUEST_URI_LENGTH &&
  text.startsWith('https://') &&
  isProtectedWebUri(text) &&
  text.split('#').length <= 2

const webUris = [
  ...([
    'client_uri',
    'logo_uri',
    'policy_uri',
    'tos_uri',
    'initiate_login_uri',
    'sector_identifier_uri',
  ] as const),
  ...(['backchannel_logout_uri', 'frontchannel_logout_uri'] as const),
]

const tlsSubjects = [
  ...(['tls_client_auth_subject_dn', 'tls_client_auth_san_dns', 'tls_client_auth_san_uri'] as const),
  ...(['tls_client_auth_san_ip', 'tls_client_auth_san_email'] as const),
]

/** What only a client that can prove who it is can be held to. */
const forConfidential = [
  ...(['tls_client_auth_subject_dn', 'tls_client_auth_san_dns', 'tls_client_auth_san_uri'] as const),
  ...(['tls_client_auth_san_ip', 'tls_client_auth_san_email', 'introspection_signed_response_alg'] as const),
]

const algorithms = [
  ...([
    'id_token_signed_response_alg',
    'userinfo_signed_response_alg',
    'request_object_signing_alg',
  ] as const),
  ...(['token_endpoint_auth_signing_alg', 'introspection_signed_response_alg'] as const),
  'authorization_signed_response_alg' as const,
]

/** Everything that is wrong with it. */
export const metadataProblems = (metadata: ClientMetadata, described: Described): MetadataProblem[] => [
  ...webUris.flatMap((field): MetadataProblem[] => {
    const uri = metadata[field]
    return uri === undefined || isMetadataUri(uri)
      ? []
      : [{ field, code: 'uri_invalid', message: 'is not an https URL without user and fragment.' }]
  }),
  ...(metadata.post_logout_redirect_uris ?? []).flatMap((uri): MetadataProblem[] => {
    const fault = redirectUriProblem(uri)
    const field = 'post_logout_redirect_uris'
    return fault ? [{ field, code: 'uri_invalid', message: `${uri.slice(0, 200)} ${fault}.` }] : []
  }),
  ...(metadata.request_uris ?? [])
    .filter((uri) => !isRequestUri(uri))
    .map((uri): MetadataProblem => {
      const message = `${uri.slice(0, 200)} is not an https URL without user, of ${MAXIMUM_REQUEST_URI_LENGTH} characters at most.`
      return { field: 'request_uris', code: 'uri_invalid', message }
    }),
  ...tlsSubjectProblems(metadata),
  ...algorithmProblems(metadata),
  ...sectorProblems(metadata, described),
  ...responseTypeProblems(metadata, described),
  ...(described.isPublic ? publicProblems(metadata) : keyProblems(metadata, described)),
]

const algorithmProblems = (metadata: ClientMetadata): MetadataProblem[] => {
  const { signingAlgorithms } = rulesFor({ metadata })
  return algorithms
    .filter((field) => {
      const algorithm = metadata[field]
      return algorithm !== undefined && !signingAlgorithms.includes(algorithm)
    })
    .map((field) => ({
      field,
      code: 'algorithm_not_allowed',
      message: `The profile allows ${signingAlgorithms.join(', ')} alone.`,
    }))
}

const tlsSubjectProblems = (metadata: ClientMetadata): MetadataProblem[] => {
  const [, second] = tlsSubjects.filter((field) => metadata[field] !== undefined)
  const { tls_client_auth_subject_dn: name, tls_client_auth_san_ip: address } = metadata
  const malformed = (field: ClientMetadataName, message: string): MetadataProblem[] => [
    { field, code: 'subject_malformed', message },
  ]
  return [
    // RFC 8705 §2.1.2: exactly one of them.
    ...(second
      ? [
          {
            field: second,
            code: 'several_subjects',
            message: 'is one subject of a certificate too many.',
          } as const,
        ]
      : []),
    // No certificate has what is none: nobody would ever get in.
    ...(name !== undefined && parseDistinguishedName(name) === undefined
      ? malformed('tls_client_auth_subject_dn', 'is no distinguished name as RFC 4514 writes them.')
      : []),
    ...(address !== undefined && octetsOfAddress(address) === undefined
      ? malformed('tls_client_auth_san_ip', 'is no IPv4 or IPv6 address.')
      : []),
  ]
}

/** OIDC Core §8.1, OIDC Registration §5 */
const sectorProblems = (
  metadata: ClientMetadata,
  { redirectUris }: Pick<Described, 'redirectUris'>,
): MetadataProblem[] =>
  isPairwise({ metadata }) && isSectorUnclear({ metadata, redirectUris })
    ? [
        {
          field: 'sector_identifier_uri',
          code: 'sector_required',
          message: 'is needed for pairwise subjects, since the redirect URIs are on several hosts.',
        },
      ]
    : []

const responseTypeProblems = (
  metadata: ClientMetadata,
  { type, redirectUris }: Pick<Described, 'type' | 'redirectUris'>,
): MetadataProblem[] => {
  const { response_types: responseTypes = [] } = metadata
  const problem = (code: MetadataProblem['code'], message: string): MetadataProblem[] => [
    { field: 'response_types', code, message },
  ]
  if (responseTypes.length > 0 && type === 'm2m') {
    return problem('not_for_type', 'An application of type m2m has no users to send here.')
  }
  if (!responseTypes.some(isImplicit)) return []
  const unfit = redirectUris.flatMap(({ uri }): MetadataProblem[] => {
    const fault = implicitRedirectUriProblem(uri, metadata)
    const message = `No tokens are sent to ${uri.slice(0, 200)}, since it ${fault}.`
    return fault === undefined ? [] : problem('redirect_uri_not_allowed', message)
  })
  return [
    ...(rulesFor({ metadata }).allowsImplicit
      ? []
      : problem('response_type_not_allowed', 'The profile allows code alone.')),
    // RFC 9449 §5, RFC 8705 §3: a key is proved at the token endpoint.
    ...(responseTypes.some(hasAccessToken) && needsBoundTokens({ metadata })
      ? problem('response_type_not_allowed', 'Access tokens that are bound to a key come by code alone.')
      : []),
    ...unfit,
  ]
}

const publicProblems = (metadata: ClientMetadata): MetadataProblem[] => [
  // FAPI 2.0 Security Profile §5.3.2.1: confidential clients only.
  ...(metadata.profile === 'fapi2'
    ? [{ field: 'profile', code: 'public_client', message: 'A public client cannot be held to it.' } as const]
    : []),
  // OIDC Core §9, RFC 8705 §2: a client that proves who it is by a key is confidential.
  ...(registersKeyMethod({ metadata })
    ? [
        {
          field: 'token_endpoint_auth_method',
          code: 'public_client',
          message: 'A public client does not prove who it is.',
        } as const,
      ]
    : []),
  // It has no keys (clients/key-set.ts): nothing it signs could be verified.
  ...((metadata.request_uris ?? []).length > 0
    ? [{ field: 'request_uris', code: 'public_client', message: 'is not for a public client.' } as const]
    : []),
  ...(metadata.require_signed_request_object === true
    ? [
        {
          field: 'require_signed_request_object',
          code: 'public_client',
          message: 'is not for a public client.',
        } as const,
      ]
    : []),
  ...forConfidential
    .filter((field) => metadata[field] !== undefined)
    .map((field) => ({ field, code: 'public_client', message: 'is not for a public client.' }) as const),
]

const keyProblems = (metadata: ClientMetadata, described: Described): MetadataProblem[] => {
  const { jwks, jwksUri } = described
  const isKeyed = hasKeys(described)
  const hasSubject = tlsSubjects.some((field) => metadata[field] !== undefined)
  const needs = (field: ClientMetadataName, message: string): MetadataProblem => ({
    field,
    code: 'keys_required',
    message,
  })
  return [
    // FAPI 2.0 Security Profile §5.3.2.1: private_key_jwt or mutual TLS.
    ...(metadata.profile === 'fapi2' && !isKeyed && !hasSubject
      ? [needs('profile', 'The application needs public keys, or the subject of its certificate, first.')]
      : []),
    ...(metadata.require_signed_request_object === true && !isKeyed
      ? [needs('require_signed_request_object', 'The application needs public keys first.')]
      : []),
    // RFC 9101 §10.4: nothing that is fetched from there could be verified.
    ...((metadata.request_uris ?? []).length > 0 && !isKeyed
      ? [needs('request_uris', 'The application needs public keys first.')]
      : []),
    // RFC 8705 §2.1.1, §2.2.2; OIDC Core §9
    ...(metadata.token_endpoint_auth_method === 'tls_client_auth' && !hasSubject
      ? [needs('token_endpoint_auth_method', 'tls_client_auth needs the subject of the certificate.')]
      : []),
    ...(isByKeys(metadata.token_endpoint_auth_method) && !isKeyed
      ? [needs('token_endpoint_auth_method', 'The application needs public keys first.')]
      : []),
    // What is published elsewhere may be others by the time it is needed.
    ...(metadata.token_endpoint_auth_method === 'private_key_jwt' &&
    isKeyed &&
    jwksUri === null &&
    !signsAssertions(metadata, jwks)
      ? [needs('token_endpoint_auth_method', 'None of its public keys is for an algorithm that is possible.')]
      : []),
    // RFC 6749 §2.1: whether a client is confidential is for good, and one that is proves who it is.
    ...(metadata.token_endpoint_auth_method === 'none'
      ? [
          {
            field: 'token_endpoint_auth_method',
            code: 'confidential_client',
            message: 'A confidential client has to prove who it is.',
          } as const,
        ]
      : []),
  ]
}

/** OIDC Registration §2: by the one algorithm it registered, or any that its profile allows. */
const signsAssertions = (metadata: ClientMetadata, jwks: Described['jwks']): boolean => {
  const { token_endpoint_auth_signing_alg: registered } = metadata
  const algorithms = rulesFor({ metadata }).signingAlgorithms
  // Checked when they were set.
  return ((jwks?.keys ?? []) as readonly PublicJwk[])
    .flatMap(algorithmsOf)
    .some((algorithm) => algorithms.includes(algorithm) && (registered ?? algorithm) === algorithm)
}

const isByKeys = (method: ClientMetadata['token_endpoint_auth_method']): boolean =>
  method === 'private_key_jwt' || method === 'self_signed_tls_client_auth'

export type ChangedMetadata =
  | { readonly outcome: 'changed'; readonly client: Client }
  | { readonly outcome: 'refused'; readonly code: 'application_not_found' }
  | { readonly outcome: 'refused'; readonly code: 'invalid'; readonly problems: readonly MetadataProblem[] }

/**
 * Replaces all of it. Tokens that exist stay as they are.
 *
 * @param supported response types that are switched on.
 */
export const changeMetadata = async (
  acting: Acting<Pick<Stores, 'clients'>>,
  id: ApplicationId,
  metadata: ClientMetadata,
  supported: readonly ResponseType[],
): Promise<ChangedMetadata> => {
  const { stores } = acting
  const before = (await stores.clients.lock(id)) ? await stores.clients.byId(id) : undefined
  if (!before) return { outcome: 'refused', code: 'application_not_found' }
  const problems = [...metadataProblems(metadata, before), ...switchedOff(metadata, before, supported)]
  if (problems.length > 0) return { outcome: 'refused', code: 'invalid', problems }
  return { outcome: 'changed', client: await applyChanges(acting, before, { metadata }) }
}

const switchedOff = (
  { response_types: responseTypes = [] }: ClientMetadata,
  before: Pick<Client, 'metadata'>,
  supported: readonly ResponseType[],
): MetadataProblem[] => {
  const registrable = registrableResponseTypes(before, supported)
  return responseTypes.every((responseType) => registrable.includes(responseType))
    ? []
    : [
        {
          field: 'response_types',
          code: 'response_type_not_supported',
          message: `Switched on are: ${supported.join(', ')}.`,
        },
      ]
}
