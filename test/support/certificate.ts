import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'

/*
 * Certificates of X.509 (RFC 5280 §4.1), byte by byte: as much as mutual TLS needs, right or wrong as a test says.
 */

export interface TestCertificate {
  readonly der: Buffer
  readonly pem: string
  readonly privateKey: KeyObject
  readonly keyPem: string
  readonly publicJwk: Record<string, string>
  readonly subject: Name
  /** RFC 8705 §3.1 */
  readonly thumbprint: string
  /** RFC 9440 §2.1 */
  readonly header: string
}

/** Relative names from the root on, each `[type, value]` with a type of `oids`; several make one relative name. */
export type Name = readonly (readonly (readonly [type: string, value: string])[])[]

export interface CertificateOptions {
  readonly subject?: Name
  /** Undefined: it signs itself. */
  readonly issuer?: TestCertificate
  readonly alternativeNames?: {
    readonly dns?: readonly string[]
    readonly uri?: readonly string[]
    readonly email?: readonly string[]
    readonly ip?: readonly (readonly number[])[]
  }
  readonly isAuthority?: boolean
  /** Days from today on. */
  readonly days?: number
  readonly kind?: 'ec' | 'rsa'
}

const oids: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
}

const element = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
const sequence = (...parts: readonly Uint8Array[]) => element(0x30, ...parts)

const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return element(0x06, Buffer.from(octets))
}

const nameOf = (name: Name): Buffer =>
  sequence(
    ...name.map((relative) =>
      element(
        0x31,
        ...relative.map(([type, value]) =>
          sequence(oid(oids[type] ?? type), element(0x0c, Buffer.from(value, 'utf8'))),
        ),
      ),
    ),
  )

const utcTime = (date: Date): Buffer =>
  element(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const extension = (id: string, critical: boolean, value: Uint8Array): Buffer =>
  sequence(oid(id), ...(critical ? [element(0x01, Buffer.from([0xff]))] : []), element(0x04, value))

const alternativeNamesOf = (names: NonNullable<CertificateOptions['alternativeNames']>): Buffer =>
  sequence(
    ...(names.email ?? []).map((text) => element(0x81, Buffer.from(text))),
    ...(names.dns ?? []).map((text) => element(0x82, Buffer.from(text))),
    ...(names.uri ?? []).map((text) => element(0x86, Buffer.from(text))),
    ...(names.ip ?? []).map((octets) => element(0x87, Buffer.from(octets))),
  )

/** RFC 5280 §4.2.1.2, RFC 7093 §2 (1) */
const keyIdentifierOf = (publicKey: KeyObject): Buffer =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20)

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))
const RSA_WITH_SHA256 = sequence(oid('1.2.840.113549.1.1.11'), element(0x05))

const DAY = 24 * 3600 * 1000
let serial = 0

export const newCertificate = ({
  subject = [[['CN', 'test']]],
  issuer,
  alternativeNames,
  isAuthority = false,
  days = 30,
  kind = 'ec',
}: CertificateOptions = {}): TestCertificate => {
  const { publicKey, privateKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signer = issuer?.privateKey ?? privateKey
  const algorithm = signer.asymmetricKeyType === 'ec' ? ECDSA_WITH_SHA256 : RSA_WITH_SHA256
  const now = Date.now()
  const toBeSigned = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1, ++serial])),
    algorithm,
    nameOf(issuer?.subject ?? subject),
    sequence(utcTime(new Date(now - 60 * DAY)), utcTime(new Date(now + days * DAY))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(
      0xa3,
      sequence(
        extension('2.5.29.19', true, sequence(...(isAuthority ? [element(0x01, Buffer.from([0xff]))] : []))),
        // RFC 5280 §4.2.1.1-3: strict verifiers miss them.
        extension('2.5.29.14', false, element(0x04, keyIdentifierOf(publicKey))),
        ...(issuer
          ? [
              extension(
                '2.5.29.35',
                false,
                sequence(element(0x80, keyIdentifierOf(createPublicKey(issuer.privateKey)))),
              ),
            ]
          : []),
        // keyCertSign
        ...(isAuthority ? [extension('2.5.29.15', true, element(0x03, Buffer.from([2, 0x04])))] : []),
        ...(alternativeNames ? [extension('2.5.29.17', false, alternativeNamesOf(alternativeNames))] : []),
      ),
    ),
  )
  const der = sequence(
    toBeSigned,
    algorithm,
    element(
      0x03,
      Buffer.from([0]),
      sign('sha256', toBeSigned, createPrivateKey(signer.export({ type: 'pkcs8', format: 'pem' }))),
    ),
  )
  return {
    der,
    pem: `-----BEGIN CERTIFICATE-----\n${der
      .toString('base64')
      .replace(/(.{64})/g, '$1\n')
      .trimEnd()}\n-----END CERTIFICATE-----\n`,
    privateKey,
    keyPem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicJwk: publicKey.export({ format: 'jwk' }) as Record<string, string>,
    subject,
    thumbprint: createHash('sha256').update(der).digest('base64url'),
    header: `:${der.toString('base64')}:`,
  }
}
