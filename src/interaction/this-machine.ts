import type { FastifyRequest } from 'fastify'
import { isLoopbackHost } from '../protocol/issuer.ts'
import { networkOf } from '../system/network.ts'

/** What proxies add. With one of them on this machine, everybody in the world connects from here. */
const OF_PROXIES = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

/**
 * Whether whoever asks sits at this machine, as far as can be seen. A page elsewhere whose name was made to lead here (DNS
 * rebinding) is told by that name.
 */
export const isAtThisMachine = ({ ip, socket, headers, hostname }: FastifyRequest): boolean =>
  isLoopbackAddress(ip) &&
  isLoopbackAddress(socket.remoteAddress ?? '') &&
  OF_PROXIES.every((header) => headers[header] === undefined) &&
  isLoopbackHost(hostname)

const isLoopbackAddress = (address: string): boolean => {
  const [bare = ''] = address.split('%')
  return bare === '::1' || isLoopbackHost(networkOf(bare))
}
