import { z } from 'zod'
import { isPlainText } from './plain-text.ts'
import { responseTypes } from './response-type.ts'
import { clientSigningAlgorithms, signingAlgorithms } from './signing-algorithm.ts'

/*
 * What a client says of itself beyond its name, its redirection URIs and its keys: RFC 7591 §2, OIDC Registration §2 and
 * the documents that add to them, under the names registered there. The one list: the registration endpoint, client ID
 * metadata documents and the management API all read it. What each may be beyond its type is checked where it is taken
 * (clients/client-metadata.ts).
 */

/** How a client is held to a profile of the protocol, by one setting. */
export const clientProfiles = ['default', 'fapi2'] as const
export type ClientProfile = (typeof clientProfiles)[number]

/** RFC 7591 §2, RFC 8705 §2.1.1, §2.2.1, OIDC Core §9 */
export const tokenEndpointAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const
export type TokenEndpointAuthMethod = (typeof tokenEndpointAuthMethods)[number]

/** OIDC Core §8 */
export const subjectTypes = ['public', 'pairwise'] as const

const uri = z.string().max(2048).refine(isPlainText)
const uris = z.array(uri).max(50)
const text = z.string().min(1).max(1000).refine(isPlainText)
const ourAlgorithm = z.enum(signingAlgorithms)

export const clientMetadataShape = {
  /** Ours: `fapi2` holds the client to FAPI 2.0. */
  profile: z.enum(clientProfiles),
  // RFC 7591 §2
  token_endpoint_auth_method: z.enum(tokenEndpointAuthMethods),
  response_types: z.array(z.enum(responseTypes)).min(1).max(responseTypes.length),
  client_uri: uri,
  logo_uri: uri,
  policy_uri: uri,
  tos_uri: uri,
  contacts: z.array(text).max(20),
  software_id: text,
  software_version: text,
  // OIDC Registration §2
  application_type: z.enum(['web', 'native']),
  subject_type: z.enum(subjectTypes),
  sector_identifier_uri: uri,
  id_token_signed_response_alg: ourAlgorithm,
  userinfo_signed_response_alg: ourAlgorithm,
  request_object_signing_alg: z.enum(clientSigningAlgorithms),
  token_endpoint_auth_signing_alg: z.enum(clientSigningAlgorithms),
  default_max_age: z.int().min(0).max(999_999_999),
  require_auth_time: z.boolean(),
  default_acr_values: z.array(text).max(20),
  initiate_login_uri: uri,
  request_uris: uris,
  // RFC 9101 §10.5, RFC 9126 §6, RFC 9701 §6, JARM §3
  require_signed_request_object: z.boolean(),
  require_pushed_authorization_requests: z.boolean(),
  introspection_signed_response_alg: ourAlgorithm,
  authorization_signed_response_alg: ourAlgorithm,
  // RFC 8705 §2.1.2, §3.4, RFC 9449 §5.2
  tls_client_auth_subject_dn: text,
  tls_client_auth_san_dns: text,
  tls_client_auth_san_uri: text,
  tls_client_auth_san_ip: text,
  tls_client_auth_san_email: text,
  tls_client_certificate_bound_access_tokens: z.boolean(),
  dpop_bound_access_tokens: z.boolean(),
  // RFC 9396 §10
  authorization_details_types: z.array(text).max(50),
  // OIDC RP-Initiated Logout §3.1, Back-Channel Logout §2.2, Front-Channel Logout §2
  post_logout_redirect_uris: uris,
  backchannel_logout_uri: uri,
  backchannel_logout_session_required: z.boolean(),
  frontchannel_logout_uri: uri,
  frontchannel_logout_session_required: z.boolean(),
} as const

/** Every member may be absent: then the default of the specification holds. */
export const clientMetadataSchema = z.object(clientMetadataShape).partial()

export type ClientMetadata = Readonly<z.output<typeof clientMetadataSchema>>
export type ClientMetadataName = keyof typeof clientMetadataShape
