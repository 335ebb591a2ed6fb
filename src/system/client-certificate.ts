import { X509Certificate } from 'node:crypto'
import { type DerElement, derTag, MalformedDer, readDer, readDerText, readOid } from './der.ts'
import { sha256 } from './hash.ts'

/** One attribute of a name: its type as a dotted object identifier, its value as text, or `#` and hex if it is none. */
export interface NameAttribute {
  readonly type: string
  readonly value: string
}

/** RFC 5280 §4.1.2.4: relative names from the root on, each of one attribute or several. */
export type DistinguishedName = readonly (readonly NameAttribute[])[]

/** RFC 5280 §4.2.1.6, those that RFC 8705 §2.1.2 knows. */
export interface AlternativeNames {
  readonly dns: readonly string[]
  readonly uri: readonly string[]
  readonly email: readonly string[]
  /** 4 or 16 bytes in hex. */
  readonly ip: readonly string[]
}

/** What is asked of a certificate that somebody presents. Says nothing about whether to trust it. */
export interface ClientCertificate {
  /** RFC 8705 §3.1: SHA-256 over its DER, base64url. */
  readonly thumbprint: string
  readonly subject: DistinguishedName
  readonly alternativeNames: AlternativeNames
  /** SubjectPublicKeyInfo, base64url: the same for the same key, wherever it came from. */
  readonly publicKey: string
}

/** @returns undefined for what is no certificate of X.509. */
export const readCertificate = (encoded: Uint8Array | string): ClientCertificate | undefined => {
  try {
    const certificate = new X509Certificate(encoded)
    return {
      thumbprint: sha256(certificate.raw),
      ...namesOf(certificate.raw),
      publicKey: certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
    }
  } catch {
    // OpenSSL's many words for the same.
    return undefined
  }
}

const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
/** [0] EXPLICIT version; [3] EXPLICIT extensions. */
const VERSION_TAG = 0xa0
const EXTENSIONS_TAG = 0xa3

/** RFC 5280 §4.1. @throws MalformedDer */
const namesOf = (raw: Uint8Array): Pick<ClientCertificate, 'subject' | 'alternativeNames'> => {
  const [toBeSigned] = childrenOf(readDer(raw)[0])
  const parts = childrenOf(toBeSigned)
  // version?, serialNumber, signature, issuer, validity, subject
  const subject = parts[parts[0]?.tag === VERSION_TAG ? 5 : 4]
  const extensions = parts.find(({ tag }) => tag === EXTENSIONS_TAG)
  return {
    subject: childrenOf(subject).map((relative) => childrenOf(relative, derTag.set).map(attributeOf)),
    alternativeNames: alternativeNamesOf(
      extensions ? childrenOf(childrenOf(extensions, EXTENSIONS_TAG)[0]) : [],
    ),
  }
}

const childrenOf = (element: DerElement | undefined, tag: number = derTag.sequence): DerElement[] => {
  if (element?.tag !== tag) throw new MalformedDer('Something else was expected.')
  return readDer(element.content)
}

const attributeOf = (element: DerElement): NameAttribute => {
  const [type, value] = childrenOf(element)
  if (!type || !value) throw new MalformedDer('An attribute is not one.')
  return {
    type: readOid(type),
    value: readDerText(value) ?? `#${Buffer.from(value.content).toString('hex')}`,
  }
}

const kinds: Readonly<Record<number, keyof AlternativeNames>> = {
  129: 'email',
  130: 'dns',
  134: 'uri',
  135: 'ip',
}

const alternativeNamesOf = (extensions: readonly DerElement[]): AlternativeNames => {
  const names: Record<keyof AlternativeNames, string[]> = { dns: [], uri: [], email: [], ip: [] }
  for (const extension of extensions) {
    const parts = childrenOf(extension)
    const value = parts.at(-1)
    if (!parts[0] || !value || readOid(parts[0]) !== SUBJECT_ALTERNATIVE_NAME) continue
    if (value.tag !== derTag.octetString) throw new MalformedDer('Something else was expected.')
    for (const { tag, content } of childrenOf(readDer(value.content)[0])) {
      const kind = kinds[tag]
      if (kind) names[kind].push(Buffer.from(content).toString(kind === 'ip' ? 'hex' : 'latin1'))
    }
  }
  return names
}
