/** The package ships no types; this is the little of it that the comparison server uses. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface AdapterPayload {
    readonly grantId?: string
    readonly userCode?: string
    readonly uid?: string
    readonly [name: string]: unknown
  }

  export interface Adapter {
    upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void>
    find(id: string): Promise<AdapterPayload | undefined>
    findByUid(uid: string): Promise<AdapterPayload | undefined>
    findByUserCode(userCode: string): Promise<AdapterPayload | undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export interface ResourceServer {
    readonly scope: string
    readonly audience?: string
    readonly accessTokenTTL?: number
    readonly accessTokenFormat?: 'opaque' | 'jwt'
    readonly jwt?: { readonly sign: { readonly alg: string } }
  }

  export interface Client {
    readonly clientId: string
  }

  export interface Account {
    readonly accountId: string
    claims(): Promise<Record<string, unknown> & { sub: string }>
  }

  export interface Configuration {
    readonly adapter: (name: string) => Adapter
    readonly clients: readonly Record<string, unknown>[]
    readonly jwks: { readonly keys: readonly object[] }
    readonly claims?: Record<string, readonly string[]>
    readonly cookies?: { readonly keys: readonly string[] }
    readonly ttl?: Record<string, number>
    readonly issueRefreshToken?: (context: unknown, client: Client) => Promise<boolean>
    readonly rotateRefreshToken?: boolean
    readonly findAccount: (context: unknown, id: string) => Promise<Account>
    readonly features: {
      readonly clientCredentials?: { readonly enabled: boolean }
      readonly pushedAuthorizationRequests?: { readonly enabled: boolean }
      readonly revocation?: { readonly enabled: boolean; readonly allowedPolicy?: () => Promise<boolean> }
      readonly introspection?: {
        readonly enabled: boolean
        readonly allowedPolicy?: () => Promise<boolean>
      }
      readonly resourceIndicators?: {
        readonly enabled: boolean
        readonly defaultResource: (context: unknown, client: Client) => Promise<string | undefined>
        readonly getResourceServerInfo: (context: unknown, resource: string) => Promise<ResourceServer>
        readonly useGrantedResource?: () => Promise<boolean>
      }
    }
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    on(event: 'server_error', listener: (context: unknown, error: Error) => void): this
  }
}
