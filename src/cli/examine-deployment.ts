import type { Config } from '../config/config.ts'
import { checkCertificate } from '../doctor/check-certificate.ts'
import { checkClock } from '../doctor/check-clock.ts'
import { type CheckingIssuer, checkIssuer } from '../doctor/check-issuer.ts'
import { CLAIMED_ADDRESS, checkProxy } from '../doctor/check-proxy.ts'
import {
  askDiagnosis,
  DIAGNOSIS_HEADER,
  DIAGNOSIS_PURPOSE,
  readAnswer,
  type Seen,
} from '../doctor/diagnosis.ts'
import { type Finding, findingsOn } from '../doctor/finding.ts'
import { paths } from '../protocol/paths.ts'
import type { Clock } from '../system/clock.ts'
import { deriveKey } from '../system/encryption.ts'
import { failureCode } from '../system/failure-code.ts'
import { createOutboundFetch, type OutboundFetch } from '../system/outbound-fetch.ts'
import type { Random } from '../system/random.ts'
import { seeCertificate } from '../system/seen-certificate.ts'

export interface ExaminingDeployment {
  readonly keys: CheckingIssuer['keys']
  readonly secret: string | undefined
  readonly clock: Clock
  readonly random: Random
}

const TIMEOUT_MILLISECONDS = 10_000
const MAXIMUM_BYTES = 16 * 1024

/** `Date` has whole seconds, and the request took its time. */
const UNCERTAIN_SECONDS = 2

/** The server where clients find it, with everything that is in front of it. */
export const examineDeployment = async (
  config: Config,
  { keys, secret, clock, random }: ExaminingDeployment,
): Promise<readonly Finding[]> => {
  const { issuer } = config
  const { hostname } = new URL(issuer)
  // The operator's own address: it may well be a private one.
  const outboundFetch = createOutboundFetch({ allowedHosts: [hostname] })
  const { findings, date } = await checkIssuer({ issuer, outboundFetch, keys })
  const all = [...(await examineTls(issuer, clock.now())), ...findings]
  if (date === undefined) return all
  const aheadSeconds = (date.getTime() - clock.now().getTime()) / 1000
  all.push(checkClock('the server', { aheadSeconds, uncertainSeconds: UNCERTAIN_SECONDS }))
  if (secret === undefined) return all
  const asking = {
    issuer,
    outboundFetch,
    key: deriveKey(secret, DIAGNOSIS_PURPOSE),
    now: clock.now(),
    random,
  }
  const plain = await ask(asking, {})
  const claiming = plain && (await ask(asking, { 'x-forwarded-for': CLAIMED_ADDRESS }))
  const isBehindTls = issuer.startsWith('https:') && config.tls === undefined
  return [...all, ...checkProxy({ issuer, isBehindTls, plain, claiming })]
}

const examineTls = async (issuer: string, now: Date): Promise<Finding[]> => {
  const url = new URL(issuer)
  if (url.protocol !== 'https:') return []
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? 443 : Number(url.port)
  try {
    return [
      checkCertificate(await seeCertificate({ host, port, milliseconds: TIMEOUT_MILLISECONDS }), host, now),
    ]
  } catch (error) {
    const { problem } = findingsOn('tls')
    const says = `No TLS connection to ${url.host} comes about (${failureCode(error) ?? String(error)}).`
    return [problem(says, 'See that what ends TLS runs, and is reached at the address of LATCHKEY_ISSUER.')]
  }
}

interface Asking {
  readonly issuer: string
  readonly outboundFetch: OutboundFetch
  readonly key: Uint8Array
  readonly now: Date
  readonly random: Random
}

const ask = async (
  { issuer, outboundFetch, key, now, random }: Asking,
  headers: Readonly<Record<string, string>>,
): Promise<Seen | undefined> => {
  const { header, nonce } = askDiagnosis(key, now, random)
  const answer = await outboundFetch({
    method: 'GET',
    url: issuer + paths.diagnosis,
    headers: { ...headers, [DIAGNOSIS_HEADER]: header },
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    maximumBytes: MAXIMUM_BYTES,
  }).catch(() => undefined)
  return answer && readAnswer(key, nonce, answer.body.toString('utf8'))
}
