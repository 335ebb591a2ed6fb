import type { DistinguishedName, NameAttribute } from './client-certificate.ts'

/* Names of certificates as people write them. */

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
