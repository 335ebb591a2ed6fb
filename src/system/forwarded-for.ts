import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/**
 * What the proxies in front of us wrote of those they serve (X-Forwarded-For), as addresses alone. Some write the port of the
 * connection behind each: then nobody would be the same twice, and limits for an address would be none.
 */
export const forwardedAddresses = (header: string): readonly string[] => {
  const addresses = header.split(',').map(addressOf)
  // Beyond what is no address there is nobody whose word the rest would be.
  const known = addresses.slice(addresses.lastIndexOf(undefined) + 1)
  return known.filter((address) => address !== undefined)
}

const addressOf = (entry: string): string | undefined => {
  const text = entry.trim()
  const [, bracketed, ipv4] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(text) ?? []
  const address = bracketed ?? ipv4 ?? text
  return isIP(address) === 0 ? undefined : address
}

/** Before anything asks who is there. With nobody left, it is whoever connects. */
export const readForwardedFor = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): void => {
  const header = headers['x-forwarded-for']
  if (header === undefined) return
  headers['x-forwarded-for'] = forwardedAddresses(String(header)).join(', ') || socket.remoteAddress
}
