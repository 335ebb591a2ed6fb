import { isLoopbackHost } from './issuer.ts'
import { isHost } from './web-uri.ts'

/** Schemes that run code or read files in the browser instead of leading to an application. */
const forbiddenSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:'])

/**
 * Deviation from RFC 8252 §7.1, which wants private-use schemes to be the reverse of a domain name: these are of
 * well-known software that has always used a plain word and would otherwise be shut out. A closed list, since among all
 * the other words are those at which an operating system runs something (`ms-msdt:`, `search-ms:`, `shell:`).
 */
const plainSchemes = new Set(
  ['cursor', 'vscode', 'vscode-insiders', 'vscodium', 'windsurf', 'zed', 'kiro', 'jetbrains']
    .concat(['claude', 'chatgpt', 'goose', 'raycast', 'warp'])
    .map((scheme) => `${scheme}:`),
)

/**
 * Whether a URI may be registered: absolute, without fragment (RFC 6749 §3.1.2), https, or http on loopback, or a
 * private-use scheme of a native application with a dot in it (RFC 8252 §7.1).
 *
 * @returns what is wrong with it, or undefined.
 */
export const redirectUriProblem = (text: string): string | undefined => {
  if (!URL.canParse(text)) return 'is not an absolute URI'
  const url = new URL(text)
  // RFC 3986 §2: what is not ASCII has to be percent-encoded; it could not be put into a Location header either.
  if (!/^[\x21-\x7E]+$/.test(text)) return 'holds white space, control characters or characters outside ASCII'
  if (text.includes('#')) return 'has a fragment'
  if (text.includes('*')) return 'has a wildcard'
  if (url.username !== '' || url.password !== '') return 'has user information'
  if (forbiddenSchemes.has(url.protocol)) return `uses the scheme ${url.protocol}`
  if (/^https?:/i.test(text) && !/^https?:\/\/[^/]/i.test(text)) return 'does not name a host'
  if (/^https?:$/.test(url.protocol) && !isHost(url.hostname))
    return 'names a host with a sign that no host has'
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:')
    return isLoopbackHost(url.hostname) ? undefined : 'uses http outside this machine'
  return url.protocol.includes('.') || plainSchemes.has(url.protocol)
    ? undefined
    : 'uses a private scheme without a dot, such as com.example.app:'
}
