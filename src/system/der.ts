/*
 * DER (ITU-T X.690), as much of it as certificates need: reading what OpenSSL has parsed before. Names inside a
 * certificate are taken from its bytes, not from a text made for people: texts can be made to look like others
 * (CVE-2021-44532).
 */

export interface DerElement {
  /** Class, form and number, as the identifier octet has them. */
  readonly tag: number
  readonly content: Uint8Array
}

export class MalformedDer extends Error {
  override readonly name = 'MalformedDer'
}

export const derTag = {
  oid: 0x06,
  octetString: 0x04,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** The elements that stand one after another. @throws MalformedDer */
export const readDer = (bytes: Uint8Array): DerElement[] => {
  const elements: DerElement[] = []
  let at = 0
  const octet = (): number => {
    const value = bytes[at++]
    if (value === undefined) throw new MalformedDer('It ends too early.')
    return value
  }
  while (at < bytes.length) {
    const tag = octet()
    // Long tag numbers do not occur in certificates, and the indefinite length is not DER.
    if ((tag & 0x1f) === 0x1f) throw new MalformedDer('A tag is too long.')
    let length = octet()
    if (length >= 0x80) {
      const octets = length & 0x7f
      if (octets === 0 || octets > 3) throw new MalformedDer('A length is not one.')
      length = 0
      for (let index = 0; index < octets; index++) length = length * 256 + octet()
    }
    if (at + length > bytes.length) throw new MalformedDer('It ends too early.')
    elements.push({ tag, content: bytes.subarray(at, at + length) })
    at += length
  }
  return elements
}

/** Dotted, such as 2.5.4.3. @throws MalformedDer */
export const readOid = ({ tag, content }: DerElement): string => {
  if (tag !== derTag.oid || content.length === 0) throw new MalformedDer('An object identifier is not one.')
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40))
      arcs.push(first, arc - first * 40)
    } else arcs.push(arc)
    arc = 0
  }
  return arcs.join('.')
}

/** Undefined for what is no text (RFC 5280 §4.1.2.4, DirectoryString and IA5String). */
export const readDerText = ({ tag, content }: DerElement): string | undefined => {
  switch (tag) {
    case derTag.utf8String:
      return Buffer.from(content).toString('utf8')
    case derTag.printableString:
    case derTag.ia5String:
    case derTag.teletexString:
      return Buffer.from(content).toString('latin1')
    case derTag.bmpString:
      return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le') : undefined
    default:
      return undefined
  }
}
