import { isLoopbackHost } from './issuer.ts'

declare const registered: unique symbol
/** A redirection URI that its client registered. Only `findRegisteredRedirectUri` makes one: an open redirect does not compile. */
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

/**
 * RFC 6749 §3.1.2.3, RFC 9700 §2.1: simple string comparison with the registered ones; for loopback URIs of public
 * clients any port (RFC 8252 §7.3).
 */
export const findRegisteredRedirectUri = (
  requested: string,
  client: { readonly redirectUris: readonly { readonly uri: string }[]; readonly isPublic: boolean },
): RegisteredRedirectUri | undefined =>
  client.redirectUris.some(
    ({ uri }) => uri === requested || (client.isPublic && equalButForPort(requested, uri)),
  )
    ? (requested as RegisteredRedirectUri)
    : undefined

/** Schemes that run code or read files in the browser instead of leading to an application. */
const forbiddenSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:'])

/**
 * Whether a URI may be registered: absolute, without fragment (RFC 6749 §3.1.2), https, or http on loopback, or a
 * private-use scheme of a native application with a dot in it (RFC 8252 §7.1).
 *
 * @returns what is wrong with it, or undefined.
 */
export const redirectUriProblem = (text: string): string | undefined => {
  const url = parse(text)
  if (!url) return 'is not an absolute URI'
  // RFC 3986 §2: what is not ASCII has to be percent-encoded; it could not be put into a Location header either.
  if (!/^[\x21-\x7E]+$/.test(text)) return 'holds white space, control characters or characters outside ASCII'
  if (text.includes('#')) return 'has a fragment'
  if (text.includes('*')) return 'has a wildcard'
  if (url.username !== '' || url.password !== '') return 'has user information'
  if (forbiddenSchemes.has(url.protocol)) return `uses the scheme ${url.protocol}`
  if (/^https?:/i.test(text) && !/^https?:\/\/[^/]/i.test(text)) return 'does not name a host'
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:')
    return isLoopbackHost(url.hostname) ? undefined : 'uses http outside this machine'
  return url.protocol.includes('.')
    ? undefined
    : 'uses a private scheme without a dot, such as com.example.app:'
}
