import { isIP } from 'node:net'
import type { ClientMetadata } from '../protocol/client-metadata.ts'
import type { ClientCertificate, DistinguishedName, NameAttribute } from '../system/client-certificate.ts'

/*
 * RFC 8705 §2.1.2: the one subject by which a client is known in certificates, as it registered it, against those that a
 * certificate has.
 */

export const hasRegisteredSubject = (certificate: ClientCertificate, metadata: ClientMetadata): boolean => {
  const { subject, alternativeNames } = certificate
  const { dns, uri, email, ip } = alternativeNames
  if (metadata.tls_client_auth_subject_dn !== undefined) {
    return isSameName(parseDistinguishedName(metadata.tls_client_auth_subject_dn), subject)
  }
  if (metadata.tls_client_auth_san_dns !== undefined) {
    const registered = metadata.tls_client_auth_san_dns.toLowerCase()
    return dns.some((name) => name.toLowerCase() === registered)
  }
  if (metadata.tls_client_auth_san_uri !== undefined) return uri.includes(metadata.tls_client_auth_san_uri)
  if (metadata.tls_client_auth_san_ip !== undefined) {
    const registered = addressInHex(metadata.tls_client_auth_san_ip)
    return registered !== undefined && ip.includes(registered)
  }
  if (metadata.tls_client_auth_san_email !== undefined) {
    const registered = comparableAddress(metadata.tls_client_auth_san_email)
    return email.some((name) => comparableAddress(name) === registered)
  }
  return false
}

/** RFC 4514 §3, and the names that OpenSSL prints beside those. */
const attributeTypes: Readonly<Record<string, string>> = {
  cn: '2.5.4.3',
  sn: '2.5.4.4',
  serialnumber: '2.5.4.5',
  c: '2.5.4.6',
  l: '2.5.4.7',
  st: '2.5.4.8',
  street: '2.5.4.9',
  o: '2.5.4.10',
  ou: '2.5.4.11',
  title: '2.5.4.12',
  businesscategory: '2.5.4.15',
  postalcode: '2.5.4.17',
  name: '2.5.4.41',
  gn: '2.5.4.42',
  givenname: '2.5.4.42',
  initials: '2.5.4.43',
  dnqualifier: '2.5.4.46',
  pseudonym: '2.5.4.65',
  organizationidentifier: '2.5.4.97',
  dc: '0.9.2342.19200300.100.1.25',
  uid: '0.9.2342.19200300.100.1.1',
  emailaddress: '1.2.840.113549.1.9.1',
  e: '1.2.840.113549.1.9.1',
  jurisdictionl: '1.3.6.1.4.1.311.60.2.1.1',
  jurisdictionst: '1.3.6.1.4.1.311.60.2.1.2',
  jurisdictionc: '1.3.6.1.4.1.311.60.2.1.3',
}

/**
 * RFC 4514 §2, §3. The text begins with the end of the name; the result with its root, as certificates have it.
 *
 * @returns undefined for what is no distinguished name.
 */
export const parseDistinguishedName = (text: string): DistinguishedName | undefined => {
  const names: NameAttribute[][] = [[]]
  // type, "=", then a value up to the separator: pairs of a backslash, or anything that needs none.
  const attribute =
    /\s*([A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)+)\s*=\s*((?:\\[\s\S]|[^\\,+;"<>\0])*)([,+]|$)/iy
  for (;;) {
    const [, type, value, separator] = attribute.exec(text) ?? []
    if (type === undefined || value === undefined || separator === undefined) return undefined
    const oid = /\d/.test(type[0] ?? '')
      ? type
      : (attributeTypes[type.toLowerCase()] ?? type.replace(/^OID\./i, ''))
    const unescapedValue = unescaped(value)
    if (!/^\d/.test(oid) || unescapedValue === undefined) return undefined
    names.at(-1)?.push({ type: oid, value: unescapedValue })
    if (separator === '') return names.reverse()
    if (separator === ',') names.push([])
  }
}

/** RFC 4514 §2.4, §3: `\,` is a comma, `\2C` the octet; unescaped spaces around do not count. */
const unescaped = (value: string): string | undefined => {
  const octets: Buffer[] = []
  const part = /\\([0-9A-Fa-f]{2})|\\([ #=\\",+;<>])|([^\\]+)/gy
  const trimmed = value.replace(/(?<!\\) +$/, '')
  while (part.lastIndex < trimmed.length) {
    const [, hex, special, plain] = part.exec(trimmed) ?? []
    if (hex === undefined && special === undefined && plain === undefined) return undefined
    octets.push(hex === undefined ? Buffer.from(special ?? plain ?? '') : Buffer.from(hex, 'hex'))
  }
  return Buffer.concat(octets).toString('utf8')
}

/** RFC 5280 §7.1: the same attributes in the same order; within one relative name the order does not matter. */
const isSameName = (one: DistinguishedName | undefined, other: DistinguishedName): boolean =>
  one !== undefined &&
  one.length > 0 &&
  JSON.stringify(one.map(comparableName)) === JSON.stringify(other.map(comparableName))

const comparableName = (relative: readonly NameAttribute[]): string[] =>
  relative.map(({ type, value }) => `${type}=${comparableText(value)}`).sort()

/** RFC 4518 §2, as far as names in certificates go: case and the amount of white space do not matter. */
const comparableText = (value: string): string =>
  value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

/** RFC 5280 §7.5: the local part is compared as it is, the host without case. */
const comparableAddress = (address: string): string => {
  const at = address.lastIndexOf('@')
  return address.slice(0, at + 1) + address.slice(at + 1).toLowerCase()
}

/** The octets of an address (RFC 5280 §4.2.1.6); undefined if it is none. */
const addressInHex = (text: string): string | undefined => {
  switch (isIP(text)) {
    case 4:
      return Buffer.from(text.split('.').map(Number)).toString('hex')
    case 6:
      // A zone is the business of one machine.
      return text.includes('%') ? undefined : sixteenOctets(text)
    default:
      return undefined
  }
}

const sixteenOctets = (text: string): string => {
  // The URL parser writes the last four octets, and everything else, in hexadecimal groups.
  const groups = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const [head = '', tail] = groups.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('')
}
