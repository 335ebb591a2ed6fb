import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { PresentedCertificate } from '../client-authentication/method.ts'
import { type ClientCertificate, readCertificate } from '../system/client-certificate.ts'

/** The certificate with which a request was made, however it got here; undefined if there was none. */
export type CertificateOf = (request: FastifyRequest) => PresentedCertificate | undefined

export interface CertificateSource {
  /** By which a proxy says what certificate it was shown; in lower case. Undefined: there is no such proxy. */
  readonly header: string | undefined
  /** By which it says SUCCESS if it has verified the chain; undefined: it forwards no others. */
  readonly verifiedHeader: string | undefined
  readonly isTrustedProxy: (address: string | undefined) => boolean
  /** Whether connections that end here have their chains verified. */
  readonly verifiesChains: boolean
}

export const createCertificateOf = (source: CertificateSource): CertificateOf => {
  const ofConnections = new WeakMap<object, PresentedCertificate | null>()

  const ofConnection = (socket: TLSSocket): PresentedCertificate | null => {
    const encoded = socket.getPeerX509Certificate()?.raw
    const certificate = encoded && readCertificate(encoded)
    return certificate ? { certificate, isTrusted: source.verifiesChains && socket.authorized } : null
  }

  const ofProxy = (
    { log, headers, id, socket, raw }: FastifyRequest,
    header: string,
  ): PresentedCertificate | undefined => {
    const value = headers[header]
    if (value === undefined || value === '') return undefined
    // RFC 8705 §6.5, RFC 9440 §4: anybody can send a header; only a proxy of ours is believed.
    if (!source.isTrustedProxy(socket.remoteAddress)) {
      log.warn({ requestId: id, header }, 'a client certificate that no trusted proxy sent is ignored')
      return undefined
    }
    const { verifiedHeader } = source
    // A proxy that adds its header to one that came in: which of them is its own cannot be told, so none is believed.
    if (isRepeated(raw, header) || (verifiedHeader !== undefined && isRepeated(raw, verifiedHeader))) {
      log.warn({ requestId: id, header }, 'a client certificate is ignored: the proxy sends a header twice')
      return undefined
    }
    const certificate = typeof value === 'string' ? certificateIn(value) : undefined
    if (!certificate) {
      log.warn({ requestId: id, header }, 'a client certificate of the proxy cannot be read')
      return undefined
    }
    return {
      certificate,
      // RFC 8705 §7.2: that a chain was verified is said, not taken from silence.
      isTrusted: verifiedHeader !== undefined && headers[verifiedHeader] === 'SUCCESS',
    }
  }

  return (request) => {
    const { socket } = request
    if (socket instanceof TLSSocket) {
      let known = ofConnections.get(socket)
      if (known === undefined) {
        known = ofConnection(socket)
        ofConnections.set(socket, known)
      }
      if (known) return known
    }
    return source.header === undefined ? undefined : ofProxy(request, source.header)
  }
}

/** Node keeps the first, or joins them, depending on the name (http.IncomingMessage.headers): the lines that came in tell. */
const isRepeated = ({ headersDistinct }: FastifyRequest['raw'], header: string): boolean =>
  (headersDistinct[header] ?? []).length > 1

const MAXIMUM_LENGTH = 16_384

/** One and nothing else: of several in one value the first would be read, which may be anybody's. */
const ONE_CERTIFICATE = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/

/** RFC 9440 §2.1: `:base64:`; or the escaped PEM of nginx ($ssl_client_escaped_cert). */
const certificateIn = (value: string): ClientCertificate | undefined => {
  if (value.length > MAXIMUM_LENGTH) return undefined
  const [, base64] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(value) ?? []
  if (base64 !== undefined) return readCertificate(Buffer.from(base64, 'base64'))
  try {
    const pem = decodeURIComponent(value)
    return ONE_CERTIFICATE.test(pem) ? readCertificate(pem) : undefined
  } catch {
    return undefined
  }
}
