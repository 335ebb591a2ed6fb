import type { ClientMetadata } from '../protocol/client-metadata.ts'
import type { ClientCertificate, DistinguishedName, NameAttribute } from '../system/client-certificate.ts'
import { parseDistinguishedName } from '../system/distinguished-name.ts'
import { octetsOfAddress } from '../system/network.ts'

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
    const registered = octetsOfAddress(metadata.tls_client_auth_san_ip)
    return registered !== undefined && ip.includes(registered)
  }
  if (metadata.tls_client_auth_san_email !== undefined) {
    const registered = comparableAddress(metadata.tls_client_auth_san_email)
    return email.some((name) => comparableAddress(name) === registered)
  }
  return false
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
