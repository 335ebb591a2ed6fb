import type { Issuer } from '../protocol/issuer.ts'
import type { Seen } from './diagnosis.ts'
import { type Finding, findingsOn, orFine } from './finding.ts'

const { ok, warning, problem } = findingsOn('proxy')

/** RFC 5737 §3: an address that nobody has, written into X-Forwarded-For to see who believes it. */
export const CLAIMED_ADDRESS = '192.0.2.113'

export interface CheckingProxy {
  readonly issuer: Issuer
  /** Whether a proxy ends TLS, as the issuer is https and the server has no certificate. */
  readonly isBehindTls: boolean
  /** Undefined: no server with this secret has answered. */
  readonly plain: Seen | undefined
  /** Of a request that claimed to be passed on for CLAIMED_ADDRESS. */
  readonly claiming: Seen | undefined
}

export const checkProxy = ({ issuer, isBehindTls, plain, claiming }: CheckingProxy): readonly Finding[] => {
  if (!plain || !claiming) {
    return [
      problem(
        'The server at the issuer does not know the LATCHKEY_SECRET of this command.',
        'Run the command with the settings of the server; if they are the same, another server, or one of another version, answers there.',
      ),
    ]
  }
  const amiss: Finding[] = []
  if (claiming.address === CLAIMED_ADDRESS) {
    amiss.push(
      warning(
        'The server took an address for this machine’s that this machine only claimed in X-Forwarded-For.',
        'If this machine is itself among LATCHKEY_TRUSTED_PROXIES, run the command elsewhere to be sure. Otherwise have the proxy overwrite or extend what clients send, and list no address there that is not a proxy’s: limits on sign-in attempts are counted by address.',
      ),
    )
  }
  if (!plain.isTrusted && plain.isForwarded) {
    amiss.push(
      problem(
        `Requests come by way of a proxy at ${plain.peer}, which is not trusted: all users have its address, and share one limit on sign-in attempts.`,
        `Add ${plain.peer} to LATCHKEY_TRUSTED_PROXIES.`,
      ),
    )
  }
  if (isBehindTls && !plain.isForwarded) {
    amiss.push(
      problem(
        `What ends TLS, at ${plain.peer}, does not tell whom it serves: all users have its address, and share one limit on sign-in attempts.`,
        'Have it send X-Forwarded-For, and list its address in LATCHKEY_TRUSTED_PROXIES.',
      ),
    )
  }
  if (plain.isTrusted && plain.origin !== issuer) {
    amiss.push(
      warning(
        `The proxy passes requests on as if they had been sent to ${plain.origin}.`,
        'Have it pass on the Host header and set X-Forwarded-Proto, so that traces tell the address that clients use.',
      ),
    )
  }
  return orFine(amiss, ok(`The server has this secret, and sees this machine as ${plain.address}.`))
}
