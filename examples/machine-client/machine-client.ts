import { allowInsecureRequests, clientCredentialsGrant, discovery } from 'openid-client'

/*
 * A program that calls APIs for its organization, without a user (RFC 6749 §4.4): one request, and a token that is
 * used until shortly before it expires.
 */

export interface MachineClientOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Some of the permissions assigned to the application; all of them if left out. */
  readonly scope?: string
}

/** Renewed when it has less than this left, so that it does not expire on the way. */
const MARGIN_MILLISECONDS = 30_000

/** @returns a function that gives an access token which is good at that moment. */
export const connectMachineClient = async (options: MachineClientOptions): Promise<() => Promise<string>> => {
  const server = new URL(options.issuer)
  const client = await discovery(
    server,
    options.clientId,
    options.clientSecret,
    undefined,
    server.protocol === 'http:' ? { execute: [allowInsecureRequests] } : undefined,
  )
  let token = ''
  let goodUntil = 0
  return async () => {
    if (Date.now() >= goodUntil) {
      const issued = await clientCredentialsGrant(
        client,
        options.scope === undefined ? {} : { scope: options.scope },
      )
      token = issued.access_token
      goodUntil = Date.now() + (issued.expires_in ?? 0) * 1000 - MARGIN_MILLISECONDS
    }
    return token
  }
}
