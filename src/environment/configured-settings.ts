import type { Config } from '../config/config.ts'
import type { Lifetimes } from '../config/lifetimes.ts'
import { isOnDevelopersMachine } from '../protocol/issuer.ts'
import { portalApplicationTypes, type Settings } from '../protocol/settings.ts'

/** What holds where the operator has set nothing by API: the configuration of the node, and our defaults. */
export const configuredSettings = (
  config: Pick<
    Config,
    ('brandName' | 'termsUrl' | 'privacyUrl' | 'accessToken' | 'announceIssParameter') | ('issuer' | 'mail')
  >,
  lifetimes: Pick<
    Lifetimes,
    'idTokenSeconds' | 'refreshTokenIdleSeconds' | 'grantSeconds' | 'sessionSeconds'
  >,
): Settings => ({
  brandName: config.brandName,
  termsUrl: config.termsUrl ?? null,
  privacyUrl: config.privacyUrl ?? null,
  accentColor: null,
  backgroundColor: null,
  backgroundColorDark: null,
  cornerRadius: null,
  scopeDescriptions: {},
  accessToken: config.accessToken,
  idTokenSeconds: lifetimes.idTokenSeconds,
  // As WorkOS, and for the many clients that never ask the userinfo endpoint.
  idTokenClaims: 'by_scope',
  refreshToken: { idleSeconds: lifetimes.refreshTokenIdleSeconds, maximumSeconds: lifetimes.grantSeconds },
  sessionSeconds: lifetimes.sessionSeconds,
  announceIssParameter: config.announceIssParameter,
  requirePushedAuthorizationRequests: false,
  requestObjectsByReference: false,
  dpopNonce: 'optional',
  authorizationDetailsTypes: [],
  cors: 'any',
  implicitFlow: false,
  optionalScopes: true,
  dynamicClientRegistration: false,
  clientIdMetadataDocuments: false,
  dynamicClientUnusedDays: 30,
  signUp: false,
  magicCodes: false,
  requireVerifiedEmail: false,
  canSendMail: config.mail !== undefined || isOnDevelopersMachine(config.issuer),
  passkeys: true,
  secondFactor: 'optional',
  standaloneLoginUri: null,
  standaloneSignedRequest: true,
  standaloneAdoptByEmail: false,
  developerPortal: false,
  developerPortalLimits: {
    applications: 10,
    types: portalApplicationTypes,
    scopes: [],
    loopbackRedirectUris: false,
  },
})
