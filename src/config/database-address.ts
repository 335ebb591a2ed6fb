import { isLoopbackHost } from '../protocol/issuer.ts'

export interface DatabaseAddress {
  /** As URLs write it, or the path of a socket; empty: wherever the driver looks when nothing is said. */
  readonly hostname: string
  readonly port: string
  readonly database: string
}

/** Where a URL of PostgreSQL leads to, as its driver reads it: parameters go before the host and port of the URL. */
export const databaseAddress = (url: string): DatabaseAddress | undefined => {
  // A user without a host is no URL to anybody but the driver.
  const parsed = URL.parse(url) ?? URL.parse(url.replace('@/', '@localhost/'))
  if (parsed === null) return undefined
  const host = parsed.searchParams.get('host') || decodeURIComponent(parsed.hostname)
  return {
    hostname: host.includes(':') && !host.startsWith('[') ? `[${host}]` : host,
    port: parsed.searchParams.get('port') || parsed.port,
    database: parsed.pathname.slice(1),
  }
}

/** Whether anybody but this machine carries what is sent. */
export const isRemoteDatabase = (url: string): boolean => {
  const { hostname = '' } = databaseAddress(url) ?? {}
  return hostname !== '' && !hostname.startsWith('/') && !isLoopbackHost(hostname)
}
