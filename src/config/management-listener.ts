import { type Issuer, parseIssuer } from '../protocol/issuer.ts'

/*
 * Where operators find the management API and the dashboard, if that is not where everybody goes.
 */

export interface ManagementListenerConfig {
  readonly host: string
  readonly port: number
  /** As browsers and management clients see it. */
  readonly origin: string
}

/**
 * The host of the issuer, for the session of a browser is held by its name; the port is another one, which is what a
 * firewall can go by.
 *
 * @returns the problem of the origin, to go on after the name of its variable.
 */
export const managementListenerOf = (
  {
    port,
    host,
    origin,
  }: { readonly port: number; readonly host: string; readonly origin: string | undefined },
  issuer: Issuer,
): ManagementListenerConfig | { readonly problem: string } => {
  const { protocol, hostname } = new URL(issuer)
  if (origin === undefined) return { host, port, origin: new URL(`${protocol}//${hostname}:${port}`).origin }
  const parsed = parseIssuer(origin, true)
  if ('problem' in parsed) return parsed
  const { issuer: given } = parsed
  const url = new URL(given)
  if (url.protocol !== protocol || url.hostname !== hostname) {
    return {
      problem: `must have the scheme and the host of the issuer, ${protocol}//${hostname}, and a port of its own: operators sign in at the issuer, and a browser keeps sessions by host`,
    }
  }
  return given === issuer
    ? { problem: 'must be another address than the issuer' }
    : { host, port, origin: given }
}
