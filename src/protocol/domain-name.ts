import { domainToASCII } from 'node:url'

declare const spelled: unique symbol
/** A domain in its one spelling. Only `parseDomainName` makes one, so that two spellings are never two domains. */
export type DomainName = string & { readonly [spelled]: true }

/** RFC 1035 §2.3.4. */
const MAXIMUM_LENGTH = 253

/** RFC 1123 §2.1: letters, digits and hyphens, at most 63 of them, no hyphen at either end. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** What makes a text more than a name: a scheme, a port, a path, an address, a wildcard, an escape. */
const NOT_OF_A_NAME = /[\s:/\\?#@%*[\]]/

/**
 * The one spelling of a domain: lower case, international names in punycode (IDNA). Undefined if it is none that
 * somebody could own: a top-level domain, an IP address, a URL.
 */
export const parseDomainName = (text: string): DomainName | undefined => {
  // In NFKC, because the conversion reads full-width signs as what they look like.
  if (text.length > MAXIMUM_LENGTH || NOT_OF_A_NAME.test(text.normalize('NFKC'))) return undefined
  const name = domainToASCII(text)
  const labels = name.split('.')
  if (name.length > MAXIMUM_LENGTH || labels.length < 2) return undefined
  // The last label of an IPv4 address, however it is written, is a number.
  const isName = labels.every((label) => LABEL.test(label)) && /[a-z]/.test(labels.at(-1) ?? '')
  return isName ? (name as DomainName) : undefined
}
