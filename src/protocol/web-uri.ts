import { isLoopbackHost } from './issuer.ts'

/**
 * RFC 3986 §3.2.2, RFC 1123 §2.1: an address, or a name of letters, digits, hyphens and dots, and of the underscores that
 * people use. The parser of browsers takes signs as well that no name has, and that mean something where a host is written
 * down, such as in a content security policy.
 *
 * @param hostname as the parser of URLs writes it.
 */
export const isHost = (hostname: string): boolean => /^(?:[a-z0-9._-]+|\[[0-9a-f:]+\])$/.test(hostname)

/** http or https, at a host, without a user: what may stand in a link. */
export const isWebUri = (text: string): boolean => {
  // The parser drops line breaks, which a Location header does not bear.
  if (!URL.canParse(text) || !/^https?:\/\/(?!\/)[\x21-\x7E]+$/i.test(text)) return false
  const { username, password, hostname } = new URL(text)
  return username + password === '' && isHost(hostname)
}

/** The same, and never in clear across a network: https, or http on this machine. */
export const isProtectedWebUri = (text: string): boolean => {
  if (!isWebUri(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || isLoopbackHost(hostname)
}
