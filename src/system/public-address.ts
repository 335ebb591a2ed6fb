import { BlockList, isIPv4, isIPv6 } from 'node:net'

/*
 * Which addresses of the internet are anybody's to reach. Whatever is for a machine, a network, a document or a
 * measurement is not: a request that went there from here would reach what only this machine can see (server-side
 * request forgery, OWASP ASVS 5 §1.3.6).
 */

/** From the IANA special-purpose address registry, and what providers of machines keep for themselves. */
const notPublicV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // between carriers and their customers, RFC 6598
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // what Azure tells its machines; of all others nobody's
  '169.254.0.0/16', // link-local, RFC 3927; what most clouds tell their machines
  '172.16.0.0/12', // private, RFC 1918
  '192.0.0.0/24', // protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.88.99.0/24', // relays of 6to4, RFC 7526
  '192.168.0.0/16', // private, RFC 1918
  '198.18.0.0/15', // measurements, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and the broadcast address
]

/** Of 2000::/3, outside of which nothing is given out (RFC 4291 §2.4). */
const notPublicV6 = [
  '2001::/23', // protocol assignments: Teredo, measurements, ORCHID
  '2001:db8::/32', // documentation, RFC 3849
  '3fff::/20', // documentation, RFC 9637
]

const blockListOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

const refusedV4 = blockListOf(notPublicV4, 'ipv4')
const refusedV6 = blockListOf(notPublicV6, 'ipv6')
const givenOutV6 = blockListOf(['2000::/3'], 'ipv6')

/** Whether an address, without brackets and as the system writes it, is one that anybody may reach. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !refusedV4.check(address, 'ipv4')
  // A zone is of a link: such an address is not public, whatever it looks like.
  if (!isIPv6(address) || address.includes('%')) return false
  const words = wordsOf(address)
  const embedded = embeddedV4(words)
  if (embedded !== undefined) return isPublicAddress(embedded)
  return givenOutV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6')
}

/** The eight words of an IPv6 address. */
const wordsOf = (address: string): number[] => {
  // The parser of URLs writes every spelling in one, with hexadecimal digits only.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const parse = (text: string) =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16))
  const first = parse(head)
  if (tail === undefined) return first
  const last = parse(tail)
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

/** The IPv4 address that packets to this IPv6 address end up at, if it is of that kind. */
const embeddedV4 = (words: readonly number[]): string | undefined => {
  const startsWith = (...prefix: number[]) => prefix.every((word, index) => words[index] === word)
  const [high, low] = startsWith(0x2002)
    ? words.slice(1, 3) // 6to4, RFC 3056 §2
    : startsWith(0, 0, 0, 0, 0, 0xffff) || // IPv4-mapped, RFC 4291 §2.5.5.2
        startsWith(0x64, 0xff9b, 0, 0, 0, 0) // NAT64, RFC 6052 §2.1
      ? words.slice(6)
      : []
  if (high === undefined || low === undefined) return undefined
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
