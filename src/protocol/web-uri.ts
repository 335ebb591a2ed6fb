import { isLoopbackHost } from './issuer.ts'

/** http or https, at a host, without a user: what may stand in a link. */
export const isWebUri = (text: string): boolean => {
  // The parser drops line breaks, which a Location header does not bear.
  if (!URL.canParse(text) || !/^https?:\/\/(?!\/)[\x21-\x7E]+$/i.test(text)) return false
  const { username, password } = new URL(text)
  return username + password === ''
}

/** The same, and never in clear across a network: https, or http on this machine. */
export const isProtectedWebUri = (text: string): boolean => {
  if (!isWebUri(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || isLoopbackHost(hostname)
}
