import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { failureCode } from './failure-code.ts'
import { within } from './timer.ts'

/** The certificate that a server shows to whoever connects, whether it is trusted or not. */
export interface SeenCertificate {
  readonly validTo: Date
  /** Why a client would end the connection here, as the code of OpenSSL or Node; undefined if it would not. */
  readonly refusal: string | undefined
}

/** @throws if no connection comes about at all. */
export const seeCertificate = ({
  host,
  port,
  milliseconds,
}: {
  readonly host: string
  readonly port: number
  readonly milliseconds: number
}): Promise<SeenCertificate> => {
  // What is sent over this connection is nothing, so there is nobody to protect it from.
  const socket = connect({
    host,
    port,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
  })
  const seen = new Promise<SeenCertificate>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const validTo = new Date(socket.getPeerCertificate().valid_to)
      const { authorizationError: error } = socket as { authorizationError?: unknown }
      resolve({ validTo, refusal: error ? (failureCode(error) ?? String(error)) : undefined })
    })
  })
  return within(milliseconds, seen, () => new Error('No connection came about in time.')).finally(() =>
    socket.destroy(),
  )
}
