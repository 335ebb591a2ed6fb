import { promises } from 'node:dns'
import { failureCode } from './failure-code.ts'
import { within } from './timer.ts'

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
    const resolver = new promises.Resolver({ timeout: Math.ceil(timeoutMilliseconds / 3), tries: 2 })
    if (servers !== undefined) resolver.setServers(servers)
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
