import { lookup } from 'node:dns/promises'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { type Address, createAddressLookup } from './dns.ts'
import { failureCode } from './failure-code.ts'
import { isPublicAddress } from './public-address.ts'
import { after } from './timer.ts'

/*
 * The one door for requests to addresses that somebody else chose: webhooks, key sets. It goes to public addresses over
 * https and nowhere else. A name is looked up once, all of its addresses are checked, and the connection is made to
 * those very addresses, so that a name cannot mean one thing to the check and another to the connection (DNS
 * rebinding). Redirects are answers, never followed; proxies of the environment are not asked, since they would do the
 * looking up; everything is bounded in time and size.
 */

export interface OutboundRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** From the lookup of the name to the last byte. */
  readonly timeoutMilliseconds: number
  /** A longer body is a failure. 0: the body is of no interest, and not waited for. */
  readonly maximumBytes: number
}

export interface OutboundAnswer {
  readonly status: number
  /** Names in lower case; what came repeatedly, joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** @throws OutboundFailure when there is no answer, whatever its status. */
export type OutboundFetch = (request: OutboundRequest) => Promise<OutboundAnswer>

/** Words for logs and operators: they hold nothing of the address or the answer. */
export type OutboundFailureCode =
  | 'invalid_url'
  | 'forbidden_address'
  | 'name_not_found'
  | 'connection_failed'
  | 'tls_failed'
  | 'timed_out'
  | 'too_large'

export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure'
  readonly code: OutboundFailureCode

  constructor(code: OutboundFailureCode, options?: ErrorOptions) {
    super(`The request could not be made: ${code}.`, options)
    this.code = code
  }
}

export interface OutboundOptions {
  /** Hosts for which neither https nor a public address is demanded: as in a URL, without port. */
  readonly allowedHosts: readonly string[]
  /** How names become addresses. Unless given: by DNS, those of allowed hosts as the system has it (/etc/hosts). */
  readonly resolve?: (host: string) => Promise<readonly Address[]>
}

/** Nothing that is another part of a URL. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i

/** The host as URLs have it: lower case, an IPv6 address in brackets. Undefined for what is none. */
export const parseOutboundHost = (text: string): string | undefined => {
  const host = isIP(text) === 6 ? `[${text}]` : text
  return HOST.test(host) ? URL.parse(`https://${host}`)?.hostname : undefined
}

/** Why no request may go to this address, as far as the text tells; undefined if it may. */
export const outboundUrlProblem = (text: string, allowedHosts: readonly string[]): string | undefined => {
  const url = URL.parse(text)
  if (url === null) return 'is not a URL'
  // The parser mends what it can; what was meant by it is anybody's guess.
  if (/^https?:$/.test(url.protocol) && !/^https?:\/\/[^\s\\]+$/i.test(text)) {
    return 'holds white space or a backslash, or does not name a host'
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  const host = bareHost(url)
  if (allowedHosts.includes(url.hostname) && /^https?:$/.test(url.protocol)) return undefined
  if (url.protocol !== 'https:') return 'must begin with https://'
  if (isIP(host) !== 0) {
    return isPublicAddress(host) ? undefined : 'must not name an address of a private network'
  }
  return isPublicName(host) ? undefined : 'must not name a host that only a private network has'
}

/** RFC 6761 §6.3, RFC 6762 §3, RFC 8375, and what ICANN keeps for private use: the DNS of everybody has nothing there. */
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)$/

const isPublicName = (host: string): boolean => {
  const name = host.replace(/\.$/, '')
  return name.includes('.') && !PRIVATE_NAMES.test(name)
}

const bareHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

/**
 * For the few names that the operator chose. At most half of the threads that libuv has look names up, so a name server
 * that keeps silent does not hold up password hashing and signing, which share them.
 */
const systemResolve = (host: string): Promise<readonly Address[]> => lookup(host, { all: true })

export const createOutboundFetch = ({ allowedHosts, resolve }: OutboundOptions): OutboundFetch => {
  const lookUp = createAddressLookup()
  const resolveHost = (host: string, isAllowed: boolean): Promise<readonly Address[]> =>
    (resolve ?? (isAllowed ? systemResolve : lookUp))(host)

  // A connection serves one request: each request has its address checked. No agent of ours reads the environment.
  const agents = { 'https:': new HttpsAgent(), 'http:': new HttpAgent() }

  const addressesOf = async (url: URL): Promise<readonly Address[]> => {
    const host = bareHost(url)
    const family = isIP(host)
    const isAllowed = allowedHosts.includes(url.hostname)
    const addresses =
      family !== 0
        ? [{ address: host, family }]
        : await resolveHost(host, isAllowed).catch((error: unknown) => {
            throw new OutboundFailure('name_not_found', { cause: error })
          })
    if (addresses.length === 0) throw new OutboundFailure('name_not_found')
    // One that is not public spoils them all: whoever answers so has no good reason to.
    if (!isAllowed && !addresses.every(({ address }) => isPublicAddress(address))) {
      throw new OutboundFailure('forbidden_address')
    }
    return addresses
  }

  return (request) =>
    new Promise((fulfil, reject) => {
      let cancel = (): void => {}
      let isSettled = false
      const settle = (conclude: () => void): void => {
        if (isSettled) return
        isSettled = true
        deadline.cancel()
        conclude()
        cancel()
      }
      const fail = (error: unknown): void => settle(() => reject(asFailure(error)))
      const deadline = after(request.timeoutMilliseconds, () => fail(new OutboundFailure('timed_out')))

      if (outboundUrlProblem(request.url, allowedHosts) !== undefined) {
        fail(new OutboundFailure('invalid_url'))
        return
      }
      const url = new URL(request.url)
      const send = (addresses: readonly Address[]): void => {
        if (isSettled) return
        const protocol = url.protocol as keyof typeof agents
        const sent = (protocol === 'https:' ? requestHttps : requestHttp)(url, {
          agent: agents[protocol],
          method: request.method,
          headers: {
            'user-agent': 'Latchkey',
            // What is compressed can grow without bounds.
            'accept-encoding': 'identity',
            ...request.headers,
            ...(request.body !== undefined && { 'content-length': Buffer.byteLength(request.body) }),
          },
          lookup: (_host, options, callback) => {
            const [first] = addresses
            if (options.all) callback(null, [...addresses])
            else if (first) callback(null, first.address, first.family)
          },
        })
        cancel = () => void sent.destroy()
        sent.on('error', fail)
        sent.on('response', (response) => {
          readBody(response, request.maximumBytes).then(
            (body) =>
              settle(() => fulfil({ status: response.statusCode ?? 0, headers: headersOf(response), body })),
            fail,
          )
        })
        sent.end(request.body)
      }
      // What it throws is a failure as well: a header that cannot be one.
      addressesOf(url).then(send).catch(fail)
    })
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))

const readBody = async (response: IncomingMessage, maximumBytes: number): Promise<Buffer> => {
  if (maximumBytes === 0) return Buffer.alloc(0)
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    bytes += (part as Buffer).length
    if (bytes > maximumBytes) throw new OutboundFailure('too_large')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

const asFailure = (error: unknown): OutboundFailure => {
  if (error instanceof OutboundFailure) return error
  const code = failureCode(error)
  const isOfTls = code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code)
  return new OutboundFailure(isOfTls ? 'tls_failed' : 'connection_failed', { cause: error })
}
