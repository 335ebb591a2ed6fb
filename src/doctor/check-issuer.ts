import { isDeepStrictEqual } from 'node:util'
import type { Issuer } from '../protocol/issuer.ts'
import { paths } from '../protocol/paths.ts'
import {
  type OutboundAnswer,
  OutboundFailure,
  type OutboundFailureCode,
  type OutboundFetch,
} from '../system/outbound-fetch.ts'
import { type Finding, findingsOn } from './finding.ts'

const { ok, problem } = findingsOn('issuer')

export interface CheckingIssuer {
  readonly issuer: Issuer
  readonly outboundFetch: OutboundFetch
  /** The public keys that the database says are published; undefined if it could not be asked. */
  readonly keys: readonly Readonly<Record<string, unknown>>[] | undefined
}

export interface IssuerSeen {
  readonly findings: readonly Finding[]
  /** What the server, or what stands in front of it, says that the time is. */
  readonly date: Date | undefined
}

const TIMEOUT_MILLISECONDS = 10_000
const MAXIMUM_BYTES = 512 * 1024

/** Asks as a client does: at the issuer's own address, by way of whatever proxies there are. */
export const checkIssuer = async ({ issuer, outboundFetch, keys }: CheckingIssuer): Promise<IssuerSeen> => {
  const discovery = await get(outboundFetch, issuer + paths.openidConfiguration)
  if ('problem' in discovery) return { findings: [discovery.problem], date: undefined }
  const date = instantOf(discovery.answer.headers['date'])
  const metadata = discovery.json
  // OpenID Connect Discovery §4.3: a client refuses what names another issuer than it asked.
  if (metadata['issuer'] !== issuer) {
    const says = `At ${issuer} answers a server that calls itself ${String(metadata['issuer'])}.`
    const cure =
      'Set LATCHKEY_ISSUER of that server to the address that clients use, or have the name lead to this one.'
    return { findings: [problem(says, cure)], date }
  }
  const found = ok(`${issuer} answers, and calls itself that.`)
  const keySet = await get(outboundFetch, String(metadata['jwks_uri']))
  return {
    findings: [found, 'problem' in keySet ? keySet.problem : checkKeySet(keySet.json['keys'], keys)],
    date,
  }
}

const checkKeySet = (served: unknown, keys: CheckingIssuer['keys']): Finding => {
  if (!Array.isArray(served))
    return problem('The key set holds no keys.', 'See what stands in front of the server.')
  if (keys === undefined) return ok(`The key set has ${served.length} keys.`)
  const byKid = (set: readonly unknown[]) =>
    new Map(set.map((key) => [String((key as Record<string, unknown>)['kid']), key]))
  if (isDeepStrictEqual(byKid(served), byKid(keys)))
    return ok(`The key set has the ${served.length} keys of the database.`)
  return problem(
    'The key set at the issuer is not that of this database: its tokens could not be verified.',
    'If keys have just been changed, ask again in five minutes. Otherwise another server answers there, or one on another database: compare DATABASE_URL and LATCHKEY_ISSUER on every node.',
  )
}

type Got =
  | { readonly answer: OutboundAnswer; readonly json: Readonly<Record<string, unknown>> }
  | { readonly problem: Finding }

const get = async (outboundFetch: OutboundFetch, url: string): Promise<Got> => {
  const answer = await outboundFetch({
    method: 'GET',
    url,
    headers: { accept: 'application/json', 'cache-control': 'no-cache' },
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    maximumBytes: MAXIMUM_BYTES,
  }).catch((error: unknown) => {
    if (error instanceof OutboundFailure) return error
    throw error
  })
  if (answer instanceof OutboundFailure) {
    return { problem: problem(`${url} cannot be reached (${answer.code}).`, cures[answer.code]) }
  }
  if (answer.status !== 200) {
    const cure =
      answer.status >= 500
        ? 'What stands in front of the server does not reach it, or the server does not work: see that it runs, and what it logs.'
        : 'Have what stands in front of the server pass on every path, unchanged.'
    return { problem: problem(`${url} answers with status ${answer.status}.`, cure) }
  }
  const json = jsonOf(answer.body)
  return json
    ? { answer, json }
    : {
        problem: problem(
          `${url} answers with what is no JSON.`,
          'Have the name of the issuer lead to this server.',
        ),
      }
}

const cures: Readonly<Record<OutboundFailureCode, string>> = {
  invalid_url: 'Set LATCHKEY_ISSUER to the address that clients use.',
  forbidden_address: 'Set LATCHKEY_ISSUER to the address that clients use.',
  name_not_found: 'Make a DNS record for the host of LATCHKEY_ISSUER, or correct the setting.',
  connection_failed:
    'See that the server runs, that the port is open in every firewall between, and that it listens where LATCHKEY_HOST and LATCHKEY_PORT say.',
  tls_failed: 'See what is said of tls: clients refuse the connection as this command did.',
  timed_out: 'Nobody answered within ten seconds: see that no firewall drops what is sent there.',
  too_large: 'Something else than this server answers there: have the name of the issuer lead to it.',
}

const jsonOf = (body: Buffer): Readonly<Record<string, unknown>> | undefined => {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    return undefined
  }
}

const instantOf = (text: string | undefined): Date | undefined => {
  const instant = new Date(text ?? '')
  return Number.isNaN(instant.getTime()) ? undefined : instant
}
