import type { ClientProfile } from '../protocol/client-metadata.ts'
import {
  clientSigningAlgorithms,
  fapiSigningAlgorithms,
  type SigningAlgorithm,
} from '../protocol/signing-algorithm.ts'
import type { ClientRecord } from '../storage/stores/clients.ts'

/**
 * What a profile demands of the clients that are held to it, beyond what holds for every client: a member is a rule, and
 * names where it is written. Each door asks for the rule by its name, and nothing but this table knows a profile by its
 * own, so that what one door enforces its sibling cannot forget.
 */
export interface ProfileRules {
  /** FAPI 2.0 Security Profile §5.3.2.1: private_key_jwt or mutual TLS, at every back-channel endpoint. */
  readonly requiresProofByKey: boolean
  /** FAPI 2.0 Security Profile §5.3.2.1: the audience of an assertion is the issuer, as a string, and nothing else. */
  readonly takesIssuerAloneAsAudience: boolean
  /** FAPI 2.0 Security Profile §5.3.2.1 protects codes that come by a browser; what a device shows it cannot. */
  readonly allowsDevices: boolean
  /** FAPI 2.0 Security Profile §5.3.2.2: the response type code and no other. */
  readonly allowsImplicit: boolean
  /** FAPI 2.0 Security Profile §5.3.2.1: sender-constrained access tokens and no others. */
  readonly requiresBoundTokens: boolean
  /** FAPI 2.0 Security Profile §5.3.2.2: authorization requests without PAR are rejected. */
  readonly requiresPushedRequests: boolean
  /** FAPI 2.0 Security Profile §5.3.2.2: pushed is the one way, so no request object is fetched from anywhere. */
  readonly allowsRequestsByReference: boolean
  /** FAPI 2.0 Security Profile §5.3.2.2: PKCE with S256, of confidential clients too. */
  readonly requiresPkce: boolean
  /** FAPI 2.0 Security Profile §5.3.2.2: redirect_uri is in the pushed request, even where there is but one. */
  readonly requiresRedirectUri: boolean
  /**
   * RFC 9700 §4.14.2: rotation is for clients that cannot prove who they are. FAPI 2.0 Security Profile §5.3.2.1: none, or
   * an answer that is lost costs the client its grant.
   */
  readonly rotatesRefreshTokens: boolean
  /** FAPI 2.0 Message Signing §5.4: one that registered an algorithm for signed responses gets no others. */
  readonly holdsToSignedResponses: boolean
  /** FAPI 2.0 Security Profile §5.4.1: what both sides may sign with. */
  readonly signingAlgorithms: readonly string[]
  /** Of them, what we sign with for a client that registered nothing else. */
  readonly defaultSigningAlgorithm: SigningAlgorithm
  /** FAPI 2.0 Message Signing §5.3.1: how old a request object may be, and how long it may hold; undefined: any. */
  readonly requestObjectSeconds: { readonly sinceNotBefore: number; readonly lifetime: number } | undefined
}

const profiles: Readonly<Record<ClientProfile, ProfileRules>> = {
  default: {
    requiresProofByKey: false,
    takesIssuerAloneAsAudience: false,
    allowsDevices: true,
    allowsImplicit: true,
    requiresBoundTokens: false,
    requiresPushedRequests: false,
    allowsRequestsByReference: true,
    requiresPkce: false,
    requiresRedirectUri: false,
    rotatesRefreshTokens: true,
    holdsToSignedResponses: false,
    signingAlgorithms: clientSigningAlgorithms,
    defaultSigningAlgorithm: 'RS256',
    requestObjectSeconds: undefined,
  },
  fapi2: {
    requiresProofByKey: true,
    takesIssuerAloneAsAudience: true,
    allowsDevices: false,
    allowsImplicit: false,
    requiresBoundTokens: true,
    requiresPushedRequests: true,
    allowsRequestsByReference: false,
    requiresPkce: true,
    requiresRedirectUri: true,
    rotatesRefreshTokens: false,
    holdsToSignedResponses: true,
    signingAlgorithms: fapiSigningAlgorithms,
    defaultSigningAlgorithm: 'PS256',
    requestObjectSeconds: { sinceNotBefore: 3600, lifetime: 3600 },
  },
}

export const rulesFor = ({ metadata }: Pick<ClientRecord, 'metadata'>): ProfileRules =>
  profiles[metadata.profile ?? 'default']

/** RFC 9449 §5.2, RFC 8705 §3.4, or the profile: it gets no bearer tokens. */
export const needsBoundTokens = ({ metadata }: Pick<ClientRecord, 'metadata'>): boolean =>
  metadata.dpop_bound_access_tokens === true ||
  metadata.tls_client_certificate_bound_access_tokens === true ||
  rulesFor({ metadata }).requiresBoundTokens

/** FAPI 2.0 Message Signing §5.4: whether the client takes no authorization response but a signed one (JARM). */
export const requiresSignedResponses = ({ metadata }: Pick<ClientRecord, 'metadata'>): boolean =>
  rulesFor({ metadata }).holdsToSignedResponses && metadata.authorization_signed_response_alg !== undefined

/** OIDC Registration §2: RS256 if the client registered nothing. */
export const idTokenSigningAlgorithm = (client: Pick<ClientRecord, 'metadata'>): SigningAlgorithm =>
  client.metadata.id_token_signed_response_alg ?? rulesFor(client).defaultSigningAlgorithm

/** The environment's, where the profile of the client allows it; it is not for clients to choose (RFC 9068 §2.1). */
export const accessTokenSigningAlgorithm = (
  client: Pick<ClientRecord, 'metadata'>,
  ofEnvironment: SigningAlgorithm,
): SigningAlgorithm => {
  const { signingAlgorithms, defaultSigningAlgorithm } = rulesFor(client)
  return signingAlgorithms.includes(ofEnvironment) ? ofEnvironment : defaultSigningAlgorithm
}

/** What may sign in place of another whose key verifiers may not know yet: what they all understand, if it is allowed. */
export const substituteSigningAlgorithm = (
  client: Pick<ClientRecord, 'metadata'>,
): SigningAlgorithm | undefined =>
  rulesFor(client).signingAlgorithms.includes('RS256') ? 'RS256' : undefined

/** RFC 9701 §6: RS256 if the client registered nothing, and asks for a signed answer all the same. */
export const introspectionSigningAlgorithm = (client: Pick<ClientRecord, 'metadata'>): SigningAlgorithm =>
  client.metadata.introspection_signed_response_alg ?? rulesFor(client).defaultSigningAlgorithm

/** JARM §3: RS256 if the client registered nothing. */
export const responseSigningAlgorithm = (client: Pick<ClientRecord, 'metadata'>): SigningAlgorithm =>
  client.metadata.authorization_signed_response_alg ?? rulesFor(client).defaultSigningAlgorithm
