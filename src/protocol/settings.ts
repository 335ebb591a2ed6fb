import type { AuthorizationDetailsType } from './authorization-details.ts'
import type { StandardScope } from './scope.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'

export type AccessTokenType = 'at+jwt' | 'JWT'

/**
 * Which claims about the user an ID token holds: those of the scopes, or just those that were asked for by name (OIDC Core
 * §5.5), since the others are at the userinfo endpoint (§5.4).
 */
export const idTokenUserClaims = ['by_scope', 'by_name'] as const
export type IdTokenUserClaims = (typeof idTokenUserClaims)[number]

/** Whether users prove who they are by a second factor. */
export const secondFactorRules = ['off', 'optional', 'required'] as const
export type SecondFactorRule = (typeof secondFactorRules)[number]

/** Applications that customers may have of their own: those that people agree to, and programs. */
export const portalApplicationTypes = ['oauth', 'm2m'] as const
export type PortalApplicationType = (typeof portalApplicationTypes)[number]

/** How far admins of an organization may go with its applications. */
export interface DeveloperPortalLimits {
  /** Of an organization, whoever made them. */
  readonly applications: number
  /** Which may be made. */
  readonly types: readonly PortalApplicationType[]
  /** Permissions that may be given to them. */
  readonly scopes: readonly string[]
  /** RFC 8252 §7.3: whether http on loopback may be a redirect URI. */
  readonly loopbackRedirectUris: boolean
}

/**
 * What an operator decides about the whole environment, as it holds: what is set by API, and for the rest the
 * configuration of the node.
 */
export interface Settings {
  /** What pages call the operator. */
  readonly brandName: string
  readonly termsUrl: string | null
  readonly privacyUrl: string | null
  /** `#rrggbb` */
  readonly accentColor: string | null
  /** `#rrggbb`, of what is around the pages. */
  readonly backgroundColor: string | null
  readonly backgroundColorDark: string | null
  /** In pixels. */
  readonly cornerRadius: number | null
  /** Instead of our own descriptions, on the consent page. */
  readonly scopeDescriptions: Readonly<Partial<Record<StandardScope, string>>>
  readonly accessToken: {
    readonly seconds: number
    readonly algorithm: SigningAlgorithm
    /** RFC 9068 §2.1: at+jwt; some verifiers insist on JWT. */
    readonly type: AccessTokenType
  }
  readonly idTokenSeconds: number
  readonly idTokenClaims: IdTokenUserClaims
  readonly refreshToken: {
    /** One that nobody used for so long has expired. */
    readonly idleSeconds: number
    /** However often it was used: a grant ends after so long. */
    readonly maximumSeconds: number
  }
  readonly sessionSeconds: number
  /** RFC 9207 §3: whether metadata announces `iss` in authorization responses (it is sent either way). */
  readonly announceIssParameter: boolean
  /** RFC 9126 §5: no client may send its authorization requests by the browser. */
  readonly requirePushedAuthorizationRequests: boolean
  /** OIDC Core §6.2: whether request objects are fetched from where their clients registered them. */
  readonly requestObjectsByReference: boolean
  /** RFC 9449 §8: whether every DPoP proof must have a nonce of ours, or only one of a clock that is off. */
  readonly dpopNonce: 'optional' | 'required'
  /** RFC 9396 §2: what applications can ask for in detail. */
  readonly authorizationDetailsTypes: readonly AuthorizationDetailsType[]
  /** Whose pages may call the endpoints: everybody's, or those of the listed origins. */
  readonly cors: 'any' | 'listed'
  /** OIDC Core §3.2: whether applications that registered for it may be given tokens by the browser. */
  readonly implicitFlow: boolean
  /** RFC 7591 */
  readonly dynamicClientRegistration: boolean
  /** RFC 6749 §3.3: whether users may leave out some of what an application of somebody else asks for. */
  readonly optionalScopes: boolean
  /** draft-ietf-oauth-client-id-metadata-document */
  readonly clientIdMetadataDocuments: boolean
  /** Clients that registered themselves are deleted when nobody has used them for so long, and no user agreed to them. */
  readonly dynamicClientUnusedDays: number
  /** Whether anybody may create an account, with an address that they read the mail of. */
  readonly signUp: boolean
  /** Whether users may sign in by a code that comes by mail. */
  readonly magicCodes: boolean
  /** Whether users with an address that nobody has proved do so before they are signed in. */
  readonly requireVerifiedEmail: boolean
  readonly passkeys: boolean
  readonly secondFactor: SecondFactorRule
  /** Where users sign in instead of here. */
  /** Of the node: whether mail arrives anywhere. */
  readonly canSendMail: boolean
  readonly standaloneLoginUri: string | null
  /** The login page is told what is asked for. */
  readonly standaloneSignedRequest: boolean
  /** Users without external ID get the one of whoever has their e-mail address there, verified on both sides. */
  readonly standaloneAdoptByEmail: boolean
  /** Whether admins of organizations look after the applications of their own. */
  readonly developerPortal: boolean
  readonly developerPortalLimits: DeveloperPortalLimits
}
