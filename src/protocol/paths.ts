/** The path of every endpoint. Routes and metadata both read it, so they cannot disagree. */
export const paths = {
  authorize: '/oauth2/authorize',
  token: '/oauth2/token',
  introspection: '/oauth2/introspection',
  revocation: '/oauth2/revoke',
  userinfo: '/oauth2/userinfo',
  jwks: '/oauth2/jwks',
  pushedAuthorizationRequest: '/oauth2/par',
  deviceAuthorization: '/oauth2/device_authorization',
  registration: '/oauth2/register',
  endSession: '/oauth2/logout',
  /** Where the user is asked, and a logout request that came as a form goes on. */
  confirmLogout: '/oauth2/logout/confirm',
  openidConfiguration: '/.well-known/openid-configuration',
  oauthAuthorizationServer: '/.well-known/oauth-authorization-server',
  /** Where every page sends the user back to: the dispatcher of a pending authorization request. */
  continueAuthorization: '/oauth2/authorize/continue',
  signIn: '/sign-in',
  /** Has a code sent by mail, for one purpose or another. */
  sendCode: '/sign-in/send-code',
  enterCode: '/sign-in/code',
  signUp: '/sign-in/sign-up',
  createAccount: '/sign-in/create-account',
  newPassword: '/sign-in/new-password',
  /** On the developer's own machine. */
  developmentMail: '/dev/mail',
  signInPasskey: '/sign-in/passkey',
  signInSecondFactor: '/sign-in/second-factor',
  signInSetUpFactor: '/sign-in/set-up-second-factor',
  signInSetUpPasskey: '/sign-in/set-up-passkey',
  signInRecoveryCodes: '/sign-in/recovery-codes',
  signInPassword: '/sign-in/password',
  /** Where identity providers send the user back to. */
  upstreamCallback: '/upstream/callback',
  signInUpstream: '/sign-in/upstream',
  /** Where the operator's own login page sends the user on to. */
  continueExternalSignIn: '/external-authentication/continue',
  signOut: '/sign-out',
  selectOrganization: '/select-organization',
  consent: '/consent',
  device: '/device',
  deviceDone: '/device/done',
  account: '/account',
  accountSecurity: '/account/security',
  accountPassword: '/account/password',
  accountEmail: '/account/email',
  accountTwoFactor: '/account/two-factor',
  accountPasskeys: '/account/passkeys',
  accountIdentities: '/account/connected-accounts',
  accountSessions: '/account/sessions',
  accountApplications: '/account/applications',
  /** Where operators are; what is below it: dashboard/paths.ts. */
  dashboard: '/dashboard',
  /** Where admins of organizations are; what is below it: portal/portal-paths.ts. */
  developers: '/developers',
  /** Where the answer comes to when an operator tries the flow of an application. */
  trialCallback: '/dashboard/try/callback',
  trialExchange: '/dashboard/try/exchange',
  apiDocument: '/openapi.json',
  apiReference: '/reference',
  logos: '/logos',
  health: '/healthz',
  ready: '/readyz',
  /** For `latchkey doctor` alone. */
  diagnosis: '/latchkey/diagnosis',
  /** On a listener of its own. */
  metrics: '/metrics',
  home: '/',
} as const

/** Where a logo is served, under the hash of its content. */
export const logoPath = (contentHash: string): string => `${paths.logos}/${contentHash}`
