import { constants } from 'node:crypto'
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer } from 'node:https'
import { createSecureContext } from 'node:tls'

export type { RequestListener, Server } from 'node:http'

/** PEM. */
export interface ServerIdentity {
  readonly certificate: string
  readonly key: string
}

/** What a connection is asked for beyond that it is encrypted. */
export interface ClientCertificateRequest {
  /** PEM, of the authorities whose certificates are trusted; without any, certificates tell keys and nothing more. */
  readonly authorities: string | undefined
}

/** BCP 195 (RFC 9325 §4.2): what TLS 1.2 may be done with; TLS 1.3 has no others. */
const CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':')

/** Whether a certificate and a key can be read, and belong to each other. */
export const isIdentity = ({ certificate, key }: ServerIdentity): boolean => {
  try {
    createSecureContext({ cert: certificate, key })
    return true
  } catch {
    return false
  }
}

/** A server for https that does not listen yet. Certificates of clients are asked for, never demanded. */
export const createTlsServer = (
  { certificate, key }: ServerIdentity,
  requested: ClientCertificateRequest | undefined,
  handler: RequestListener,
): Server => {
  const server = createServer(
    {
      cert: certificate,
      key,
      minVersion: 'TLSv1.2',
      ciphers: CIPHERS,
      ...(requested && {
        requestCert: true,
        // Whom the policy lets in, it decides by the certificate; a refusal of the connection says nothing to anybody.
        rejectUnauthorized: false,
        // An empty list, or the authorities that browsers trust would count.
        ca: requested.authorities ?? [],
        // Every connection shows its certificate anew.
        secureOptions: constants.SSL_OP_NO_TICKET,
      }),
    },
    handler,
  )
  // A server for https has all of it; only its types say otherwise.
  return server as unknown as Server
}

/** A server that does not listen yet, of which a proxy ends TLS unless it has an identity. */
export const createServerOf = (
  identity: ServerIdentity | undefined,
  requested: ClientCertificateRequest | undefined,
  handler: RequestListener,
): Server => (identity ? createTlsServer(identity, requested, handler) : createPlainServer(handler))
