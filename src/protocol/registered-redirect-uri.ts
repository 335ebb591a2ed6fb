import { isLoopbackHost } from './issuer.ts'
import { matchesRedirectUriPattern } from './redirect-uri-pattern.ts'

declare const registered: unique symbol
/** A redirection URI that its client registered, or one of ours. Only `findRegisteredRedirectUri` makes one: an open redirect does not compile. */
export type RegisteredRedirectUri = string & { readonly [registered]: true }

/** RFC 8252 §7.3: http on a loopback *address*, where a native application cannot know its port beforehand. */
const isLoopbackRedirect = (url: URL): boolean => url.protocol === 'http:' && isLoopbackHost(url.hostname)

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

/** Both are http loopback URLs and differ in nothing but the port. */
const equalButForPort = (requested: string, candidate: string): boolean => {
  const a = parse(requested)
  const b = parse(candidate)
  if (!a || !b || !isLoopbackRedirect(a) || !isLoopbackRedirect(b)) return false
  // Compared as text too, so that what the parser smooths over ("/a/../b", user info) is never taken for equal.
  return withoutPort(requested) === withoutPort(candidate)
}

/** By the text: the parser forgets a port that is the default one. */
const withoutPort = (text: string): string =>
  text.replace(/^(http:\/\/(?:\[[^\]]+\]|[^/?#:@[]+)):\d{1,5}(?=[/?#]|$)/, '$1')

/** The same text for every port of a loopback redirection URI; any other URI as it is. */
export const withoutLoopbackPort = (uri: string): string => {
  const url = parse(uri)
  return url && isLoopbackRedirect(url) ? withoutPort(uri) : uri
}

interface RedirectUriOwner {
  readonly redirectUris: readonly { readonly uri: string }[]
  readonly isPublic: boolean
  readonly isFirstParty: boolean
}

/**
 * RFC 6749 §3.1.2.3, RFC 9700 §2.1: simple string comparison with the registered ones; for loopback URIs of public
 * clients any port (RFC 8252 §7.3). The operator's own applications also have those of the environment, which may hold
 * wildcards (redirect-uri-pattern.ts says why); nobody else's does.
 *
 * @param ofTrial a page of ours that is its own for this one request (authorization/trial-request.ts).
 */
export const findRegisteredRedirectUri = (
  requested: string,
  { redirectUris, isPublic, isFirstParty }: RedirectUriOwner,
  ofEnvironment: readonly string[],
  ofTrial?: string,
): RegisteredRedirectUri | undefined =>
  redirectUris.some(({ uri }) => uri === requested || (isPublic && equalButForPort(requested, uri))) ||
  (isFirstParty && ofEnvironment.some((pattern) => matchesRedirectUriPattern(pattern, requested))) ||
  requested === ofTrial
    ? (requested as RegisteredRedirectUri)
    : undefined
