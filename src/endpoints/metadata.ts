import type { FastifyPluginAsync } from 'fastify'
import {
  clientAuthenticationMethods,
  confidentialAuthenticationMethods,
} from '../client-authentication/index.ts'
import { type ClientCertificates, takesClientCertificates } from '../config/client-certificates.ts'
import { attainableContextClasses } from '../environment/context-classes.ts'
import type { Environment, EnvironmentRegistry } from '../environment/environment-registry.ts'
import { someSignInHere } from '../environment/login-uri-of.ts'
import { announcedPrompts } from '../environment/prompts.ts'
import type { Grants } from '../grants/index.ts'
import { claimDefinitions } from '../protocol/claims.ts'
import { subjectTypes } from '../protocol/client-metadata.ts'
import type { Issuer } from '../protocol/issuer.ts'
import { paths } from '../protocol/paths.ts'
import { codeChallengeMethods } from '../protocol/pkce.ts'
import { displays } from '../protocol/prompt.ts'
import { grantTypeOf, supportedResponseModes, supportedResponseTypes } from '../protocol/response-type.ts'
import { standardScopes } from '../protocol/scope.ts'
import type { Settings } from '../protocol/settings.ts'
import { clientSigningAlgorithms, signingAlgorithms } from '../protocol/signing-algorithm.ts'
import { answerCacheable, type Cacheable, cacheable } from './cacheable.ts'
import { openToOrigins } from './cors.ts'

export interface MetadataEndpoint {
  readonly issuer: Issuer
  readonly grants: Grants
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly clientCertificates: ClientCertificates
  /** Tags of the languages that pages are in. */
  readonly uiLocales: readonly string[]
  readonly metadataCacheSeconds: number
}

/** RFC 8414 §2, OpenID Connect Discovery §3: made from the registries of what is switched on, never from a second list. */
export const serverMetadata = (
  {
    issuer,
    grants,
    clientCertificates,
    uiLocales,
  }: Pick<MetadataEndpoint, 'issuer' | 'grants' | 'clientCertificates' | 'uiLocales'>,
  { settings, loginUris }: Pick<Environment, 'settings' | 'loginUris'>,
) => ({
  issuer,
  authorization_endpoint: issuer + paths.authorize,
  token_endpoint: issuer + paths.token,
  userinfo_endpoint: issuer + paths.userinfo,
  jwks_uri: issuer + paths.jwks,
  introspection_endpoint: issuer + paths.introspection,
  revocation_endpoint: issuer + paths.revocation,
  end_session_endpoint: issuer + paths.endSession,
  pushed_authorization_request_endpoint: issuer + paths.pushedAuthorizationRequest,
  // RFC 8628 §4
  device_authorization_endpoint: issuer + paths.deviceAuthorization,
  require_pushed_authorization_requests: settings.requirePushedAuthorizationRequests,
  ...(settings.dynamicClientRegistration && { registration_endpoint: issuer + paths.registration }),
  // draft-ietf-oauth-client-id-metadata-document §5
  ...(settings.clientIdMetadataDocuments && { client_id_metadata_document_supported: true }),
  scopes_supported: [...standardScopes].sort(),
  response_types_supported: supportedResponseTypes(settings),
  response_modes_supported: supportedResponseModes(settings),
  grant_types_supported: grantTypesSupported(grants, settings),
  code_challenge_methods_supported: codeChallengeMethods,
  ...clientAuthenticationMetadata(takesClientCertificates(clientCertificates)),
  ...certificateMetadata(clientCertificates),
  dpop_signing_alg_values_supported: clientSigningAlgorithms,
  subject_types_supported: subjectTypes,
  id_token_signing_alg_values_supported: signingAlgorithms,
  userinfo_signing_alg_values_supported: signingAlgorithms,
  // RFC 9701 §7
  introspection_signing_alg_values_supported: signingAlgorithms,
  claim_types_supported: ['normal'],
  claims_supported: [
    ...['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'at_hash', 'sid', 'org_id'],
    ...claimDefinitions.map(({ claim }) => claim),
  ],
  acr_values_supported: attainableContextClasses(settings, someSignInHere({ settings, loginUris })),
  prompt_values_supported: announcedPrompts({ settings, loginUris }),
  display_values_supported: displays,
  ui_locales_supported: uiLocales,
  // OIDC Back-Channel Logout §2.1, Front-Channel Logout §3
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  frontchannel_logout_supported: true,
  frontchannel_logout_session_supported: true,
  claims_parameter_supported: true,
  // RFC 9101 §9, and never none.
  request_parameter_supported: true,
  request_object_signing_alg_values_supported: clientSigningAlgorithms,
  // OIDC Discovery §3, RFC 9101 §10.4: those of pushed requests (RFC 9126) are not meant, and no other one is fetched
  // that its client has not registered.
  request_uri_parameter_supported: settings.requestObjectsByReference,
  require_request_uri_registration: settings.requestObjectsByReference,
  // JARM §4
  authorization_signing_alg_values_supported: signingAlgorithms,
  // RFC 9396 §10
  ...(settings.authorizationDetailsTypes.length > 0 && {
    authorization_details_types_supported: settings.authorizationDetailsTypes.map(({ type }) => type),
  }),
  // One client mishandles iss once it is announced; it is sent either way (RFC 9207 §3).
  ...(settings.announceIssParameter && { authorization_response_iss_parameter_supported: true }),
})

/** Of the token endpoint, and of the authorization endpoint, where one has no other (RFC 6749 §4.2). */
const grantTypesSupported = (grants: Grants, settings: Pick<Settings, 'implicitFlow'>): readonly string[] => [
  ...new Set<string>([
    ...grants.map(({ grantType }) => grantType),
    ...supportedResponseTypes(settings).map(grantTypeOf),
  ]),
]

const clientAuthenticationMetadata = (certificates: boolean) => ({
  token_endpoint_auth_methods_supported: clientAuthenticationMethods(certificates),
  token_endpoint_auth_signing_alg_values_supported: clientSigningAlgorithms,
  introspection_endpoint_auth_methods_supported: confidentialAuthenticationMethods(certificates),
  introspection_endpoint_auth_signing_alg_values_supported: clientSigningAlgorithms,
  revocation_endpoint_auth_methods_supported: clientAuthenticationMethods(certificates),
  revocation_endpoint_auth_signing_alg_values_supported: clientSigningAlgorithms,
})

/** RFC 8705 §5: what a client with a certificate may call somewhere else. */
const aliased = {
  token_endpoint: paths.token,
  userinfo_endpoint: paths.userinfo,
  introspection_endpoint: paths.introspection,
  revocation_endpoint: paths.revocation,
  pushed_authorization_request_endpoint: paths.pushedAuthorizationRequest,
  device_authorization_endpoint: paths.deviceAuthorization,
} as const

const certificateMetadata = (certificates: ClientCertificates) => {
  if (!takesClientCertificates(certificates)) return {}
  const { origin } = certificates
  return {
    // RFC 8705 §3.3
    tls_client_certificate_bound_access_tokens: true,
    ...(origin !== undefined && {
      mtls_endpoint_aliases: Object.fromEntries(
        Object.entries(aliased).map(([name, path]) => [name, origin + path]),
      ),
    }),
  }
}

/** Both documents, whole and alike: some clients know just one of the two. */
export const metadataEndpoint = (dependencies: MetadataEndpoint): FastifyPluginAsync =>
  async function metadataScope(app) {
    openToOrigins(app)
    let known: { readonly environment: Environment; readonly document: Cacheable } | undefined
    const documentFor = (environment: Environment): Cacheable => {
      if (known?.environment !== environment) {
        const document = cacheable(JSON.stringify(serverMetadata(dependencies, environment)))
        known = { environment, document }
      }
      return known.document
    }
    for (const path of [paths.openidConfiguration, paths.oauthAuthorizationServer]) {
      app.get(path, async (request, reply) => {
        const document = documentFor(await dependencies.environment.current())
        return answerCacheable(request, reply, document, dependencies.metadataCacheSeconds)
      })
    }
  }
