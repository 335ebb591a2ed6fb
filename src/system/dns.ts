import { promises } from 'node:dns'
import { failureCode } from './failure-code.ts'
import { after, within } from './timer.ts'

/** The only door to the domain name system. */
export interface DnsLookup {
  /** The TXT records of a name, each in one piece; undefined if nobody could be asked, so that nothing is known. */
  textRecords(name: string): Promise<readonly string[] | undefined>
}

export interface DnsLookupOptions {
  /** Addresses with ports; those of this machine, unless given. */
  readonly servers?: readonly string[]
  /** Somebody waits for the answer to the request that asks. */
  readonly timeoutMilliseconds?: number
}

/** "There is no such name", "it has no such record": both are answers. */
const NOTHING_THERE = new Set(['ENOTFOUND', 'ENODATA'])

export const createDnsLookup = ({
  servers,
  timeoutMilliseconds = 5000,
}: DnsLookupOptions = {}): DnsLookup => ({
  textRecords: async (name) => {
    const resolver = resolverOf(timeoutMilliseconds, servers)
    const unanswered = () => new Error(`No answer about ${name} within ${timeoutMilliseconds} ms.`)
    try {
      const records = await within(timeoutMilliseconds, resolver.resolveTxt(name), unanswered)
      // RFC 1035 §3.3.14 cuts long texts into strings of 255 octets; together they are the record.
      return records.map((strings) => strings.join(''))
    } catch (error) {
      return NOTHING_THERE.has(failureCode(error) ?? '') ? [] : undefined
    } finally {
      resolver.cancel()
    }
  },
})

export interface Address {
  readonly address: string
  readonly family: number
}

/**
 * How names become addresses, by the domain name system alone. The system's own way (getaddrinfo) takes a thread for as
 * long as a name server keeps silent, of which there are two, so the names of a few strangers would hold up everybody's.
 * This takes none, and ends in time. @throws if no address is found.
 */
export const createAddressLookup =
  ({ servers, timeoutMilliseconds = 5000 }: DnsLookupOptions = {}) =>
  async (name: string): Promise<readonly Address[]> => {
    const resolver = resolverOf(timeoutMilliseconds, servers)
    const deadline = after(timeoutMilliseconds, () => resolver.cancel())
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    deadline.cancel()
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason
    return [
      ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
      ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
    ]
  }

/** The addresses of this machine under a name of its own, which need not be in the domain name system. */
export const ownAddresses = async (name: string): Promise<readonly string[]> =>
  (await promises.lookup(name, { all: true })).map(({ address }) => address)

const resolverOf = (timeoutMilliseconds: number, servers?: readonly string[]): promises.Resolver => {
  const resolver = new promises.Resolver({ timeout: Math.ceil(timeoutMilliseconds / 3), tries: 2 })
  if (servers !== undefined) resolver.setServers(servers)
  return resolver
}
