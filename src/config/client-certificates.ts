import { type Issuer, parseIssuer } from '../protocol/issuer.ts'

/** RFC 8705: how certificates of clients reach us, if they do. */
export interface ClientCertificates {
  /** Headers of the trusted proxies, in lower case. */
  readonly header: string | undefined
  readonly verifiedHeader: string | undefined
  /** A listener of our own that asks for them. */
  readonly listener: { readonly port: number; readonly authoritiesFile: string | undefined } | undefined
  /** RFC 8705 §5: where clients with certificates call; undefined if at the issuer like everybody. */
  readonly origin: string | undefined
}

/** Whether a certificate can reach us at all. */
export const takesClientCertificates = ({ header, listener }: ClientCertificates): boolean =>
  header !== undefined || listener !== undefined

/** @returns the problem of the origin, to go on after the name of its variable. */
export const clientCertificatesOf = (
  {
    header,
    verifiedHeader,
    port,
    authoritiesFile,
    origin,
  }: {
    readonly header: string | undefined
    readonly verifiedHeader: string | undefined
    readonly port: number | undefined
    readonly authoritiesFile: string | undefined
    readonly origin: string | undefined
  },
  issuer: Issuer,
): ClientCertificates | { readonly problem: string } => {
  const parsed = origin === undefined ? undefined : parseIssuer(origin, false)
  if (parsed && 'problem' in parsed) return parsed
  const certificates: ClientCertificates = {
    header,
    verifiedHeader,
    listener: port === undefined ? undefined : { port, authoritiesFile },
    origin:
      parsed?.issuer ??
      (port === undefined ? undefined : new URL(`https://${new URL(issuer).hostname}:${port}`).origin),
  }
  return origin !== undefined && !takesClientCertificates(certificates)
    ? {
        problem:
          'needs LATCHKEY_MTLS_PORT or LATCHKEY_CLIENT_CERTIFICATE_HEADER; without one no certificate arrives',
      }
    : certificates
}
