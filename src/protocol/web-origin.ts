import { isLoopbackHost } from './issuer.ts'

/**
 * Whether a text is the origin of a web page as browsers send it in `Origin` (RFC 6454 §6.2): compared byte by byte, so
 * any other way to write it would never match. Not `null`, which every sandboxed page sends, and no wildcard.
 *
 * @returns what is wrong with it, or undefined.
 */
export const webOriginProblem = (text: string): string | undefined => {
  if (!URL.canParse(text)) return 'is not an origin such as https://app.example.com'
  const { protocol, hostname, origin } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https://'
  if (text.includes('*')) return 'has a wildcard'
  if (origin !== text) return `must be an origin alone, without path or trailing slash: ${origin}`
  return protocol === 'http:' && !isLoopbackHost(hostname) ? 'uses http outside this machine' : undefined
}
