import type { ClientCredentials, SigningKeys } from '../fixtures.ts'
import type { ServerProcess } from './server-process.ts'

export const serverNames = ['latchkey', 'oidc-provider', 'bare'] as const
/** `latchkey-grown`: the same on a database that has grown (bench/growth). */
export type ServerName = (typeof serverNames)[number] | 'latchkey-grown'

/** One server, running and set up, as the operations see it. */
export interface Target {
  readonly name: ServerName
  readonly port: number
  readonly databaseUrl: string
  readonly process: ServerProcess
  readonly paths: {
    readonly token: string
    readonly introspection: string
    readonly authorization: string
    readonly jwks: string
    readonly discovery: string
    readonly userinfo: string
    readonly revocation: string
    readonly pushedAuthorizationRequest: string
  }
  /** An origin. */
  readonly issuer: string
  /** client_credentials; gets JWT access tokens. */
  readonly machineClient: ClientCredentials
  /** client_credentials; its tokens are the ones introspected. */
  readonly introspectedClient: ClientCredentials
  /** client_credentials, by private_key_jwt. */
  readonly keyClient: { readonly id: string; readonly pem: string }
  /** authorization_code, confidential. */
  readonly webClient: ClientCredentials
  /** The same, with refresh tokens. */
  readonly offlineClient: ClientCredentials
  /** The same, whose access tokens are good for userinfo. */
  readonly userinfoClient: ClientCredentials
  /** Signs user number `index` in, consents, and returns the Cookie header of that browser. */
  signIn(index: number): Promise<string>
}

/** What a server needs to start. */
export interface Surroundings {
  readonly port: number
  readonly databaseUrl: string
  readonly keys: SigningKeys
  /** Of oidc-provider. */
  readonly staticClients?: boolean
  /** How many users will sign in. */
  readonly users: number
  /** Where to write a CPU profile; undefined: none is taken. */
  readonly profile: string | undefined
}
