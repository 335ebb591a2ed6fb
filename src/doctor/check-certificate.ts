import type { SeenCertificate } from '../system/seen-certificate.ts'
import { type Finding, findingsOn } from './finding.ts'

const { ok, warning, problem } = findingsOn('tls')

/** Those that renew by themselves do so a month before; what is not renewed by then has to be seen to. */
const WARNING_DAYS = 14
const DAY = 24 * 3600 * 1000

export const checkCertificate = ({ validTo, refusal }: SeenCertificate, host: string, now: Date): Finding => {
  if (refusal !== undefined) {
    return problem(`Clients refuse the certificate of ${host} (${refusal}).`, cures[refusal] ?? cureOfChain)
  }
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY)
  const says = `The certificate of ${host} is valid for ${days} more days.`
  return days < WARNING_DAYS
    ? warning(says, 'Renew it, and see why that did not happen by itself.')
    : ok(says)
}

const cureOfChain =
  'Have what ends TLS send the certificate together with those of the authorities between (the full chain), of an authority that clients trust. One of your own: clients, and this command by NODE_EXTRA_CA_CERTS, have to be given it.'

const cures: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Renew the certificate, and have what ends TLS load it.',
  CERT_NOT_YET_VALID:
    'See that the clock of this machine is right; the certificate begins to be valid later.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Get a certificate for the host of LATCHKEY_ISSUER; this one is for other names.',
}
