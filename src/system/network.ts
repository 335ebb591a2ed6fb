import { isIP, isIPv6 } from 'node:net'

/** Who holds one IPv6 address holds its /64 (RFC 6177 §2), which is more than could ever be counted one by one. */
export const networkOf = (address: string): string => {
  const [bare = ''] = address.split('%')
  if (!isIPv6(bare)) return bare
  // The URL parser writes it in one way only: lower case, no embedded IPv4, the longest run of zeros as "::".
  const [head = '', tail = ''] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = [...left, ...zeros, ...right]
  // RFC 4291 §2.5.5.2: an IPv4 address in the clothes of IPv6.
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return ipv4Of(groups.slice(6))
  return `${groups.slice(0, 4).join(':')}::/64`
}

const ipv4Of = (groups: readonly string[]): string =>
  groups
    .flatMap((group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 0xff]
    })
    .join('.')

/** RFC 4291 §2.5.5.2: an IPv4 address, also where a socket for both families says it in the clothes of IPv6. */
export const withoutMapping = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/i, '')

/** The octets of an address, in hexadecimal (RFC 5280 §4.2.1.6); undefined if it is none. */
export const octetsOfAddress = (text: string): string | undefined => {
  switch (isIP(text)) {
    case 4:
      return Buffer.from(text.split('.').map(Number)).toString('hex')
    case 6:
      // A zone is the business of one machine.
      return text.includes('%') ? undefined : sixteenOctets(text)
    default:
      return undefined
  }
}

const sixteenOctets = (text: string): string => {
  // The URL parser writes the last four octets, and everything else, in hexadecimal groups.
  const groups = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const [head = '', tail] = groups.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('')
}
