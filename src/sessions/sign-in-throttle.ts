import { isIPv6 } from 'node:net'
import type { Stores } from '../storage/index.ts'
import { sha256 } from '../system/hash.ts'

/*
 * How often a password may be tried, on all nodes together: few times for one account (somebody guesses its
 * password), more for one address (somebody tries one password on many accounts; many people share one address).
 */

export interface SignInLimits {
  readonly windowSeconds: number
  readonly perEmail: number
  readonly perAddress: number
}

/** Those of WorkOS for an e-mail address. */
export const signInLimits: SignInLimits = { windowSeconds: 60, perEmail: 10, perAddress: 100 }

export interface Throttled {
  readonly by: 'email' | 'address'
  readonly retryAfterSeconds: number
  /** The first attempt in this window that is turned away. */
  readonly isFirst: boolean
}

/** Counts an attempt. @returns what turns it away, or undefined. */
export const countAttempt = async (
  stores: Pick<Stores, 'rateLimits'>,
  { windowSeconds, perEmail, perAddress }: SignInLimits,
  { normalizedEmail, address }: { readonly normalizedEmail: string; readonly address: string },
  now: Date,
): Promise<Throttled | undefined> => {
  const count = async (by: Throttled['by'], key: string, most: number): Promise<Throttled | undefined> => {
    // Hashed, so that the table is no list of who signs in.
    const used = await stores.rateLimits.count(sha256(`sign-in ${by} ${key}`), windowSeconds, now)
    if (used.count <= most) return undefined
    const seconds = Math.ceil((used.windowEndsAt.getTime() - now.getTime()) / 1000)
    return { by, retryAfterSeconds: Math.max(1, seconds), isFirst: used.count === most + 1 }
  }
  // The address first: one that is turned away cannot use up the attempts of other people's accounts.
  return (
    (await count('address', networkOf(address), perAddress)) ??
    (await count('email', normalizedEmail, perEmail))
  )
}

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
