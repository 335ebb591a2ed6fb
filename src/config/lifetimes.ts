/** Every duration of the protocol in seconds, with the section or reason that bounds it. */
export const lifetimes = {
  /** RFC 6749 §4.1.2 allows ten minutes; FAPI 2.0 §5.3.2.1 one. The redirect takes a second. */
  authorizationCodeSeconds: 60,
  /** RFC 9126 §2.2: 5 to 600 seconds; FAPI 2.0 §5.3.2.2 less than 600. The browser is sent off at once. */
  pushedRequestSeconds: 90,
  /** RFC 8628 §3.2: for signing in somewhere else; short, since a code is guessed in that time or not at all (§5.1). */
  deviceCodeSeconds: 300,
  /** RFC 8628 §3.2: what is meant where nothing is said. */
  devicePollSeconds: 5,
  /** How long a person may take to sign in and consent before the application has to ask again. */
  pendingRequestSeconds: 30 * 60,
  /** As WorkOS: for signing in at the operator's own page, and again for coming back from there. */
  externalAuthenticationSeconds: 300,
  /** For signing in at an identity provider, second factor included. */
  upstreamSignInSeconds: 600,
  /** OIDC Core §2: for the client to check once, at sign-in. */
  idTokenSeconds: 3600,
  /** A refresh token nobody used for this long is worth nothing any more (RFC 9700 §4.14.2). */
  refreshTokenIdleSeconds: 30 * 24 * 3600,
  /** However busy, a grant ends after this and the user is asked again. */
  grantSeconds: 365 * 24 * 3600,
  /** A retry, or two tabs at once, is not theft: the token just replaced gets the same successor again. */
  refreshTokenGraceSeconds: 30,
  /** A browser stays signed in for this long after the password. */
  sessionSeconds: 14 * 24 * 3600,
  /** How long an application or the keys may be cached; alone enough to be safe when an announcement is lost. */
  cacheSeconds: 5,
  /** Cache-Control of the key set. A new key is published for at least this long before it signs. */
  keySetCacheSeconds: 300,
  metadataCacheSeconds: 300,
} as const

export type Lifetimes = { readonly [K in keyof typeof lifetimes]: number }
