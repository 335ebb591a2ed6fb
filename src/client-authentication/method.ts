import type { Client } from '../clients/client.ts'
import type { ClientKeys } from '../clients/client-keys.ts'
import type { TokenEndpointAuthMethod } from '../protocol/client-metadata.ts'
import type { CredentialId } from '../protocol/identifiers.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Stores } from '../storage/index.ts'
import type { ClientCertificate } from '../system/client-certificate.ts'

/** How a client may prove who it is, by its registered name (RFC 7591 §2). */
export type MethodName = TokenEndpointAuthMethod

/** Where a client may present itself: the Authorization header, the form, and the connection. */
export interface Presentation {
  readonly authorization: string | undefined
  readonly form: Parameters
  /** With which the connection was made, as far as it reached us. */
  readonly certificate: PresentedCertificate | undefined
  /** The path of the endpoint that was called. */
  readonly path: string
}

export interface PresentedCertificate {
  readonly certificate: ClientCertificate
  /** Whether somebody has followed its chain to an authority that is trusted (RFC 5280 §6). */
  readonly isTrusted: boolean
}

/** What a method read from the request, before anybody believed it. */
export interface PresentedClient {
  readonly clientId: string
  /** The secret or the assertion; undefined where the method has none in the message. */
  readonly proof: string | undefined
}

/** What methods prove by, beyond what the client registered. */
export interface ClientAuthentication {
  readonly findClient: (clientId: string) => Promise<Client | undefined>
  readonly clientKeys: ClientKeys
  readonly stores: Pick<Stores, 'seenOnce'>
  /** The issuer, and where else the endpoints answer (RFC 8705 §5), as origins. */
  readonly origins: readonly [issuer: string, ...aliases: string[]]
}

/** What a proof is made of. */
export interface ProofAttempt {
  readonly client: Client
  readonly presented: PresentedClient
  readonly presentation: Presentation
  readonly now: Date
}

export interface Proof {
  /** Of a secret; other proofs have none. */
  readonly credentialId: CredentialId | undefined
}

export interface ClientAuthenticationMethod {
  readonly name: MethodName
  /**
   * Proof against the registered client; undefined if it is none.
   *
   * @throws OAuthError invalid_client with the reason, where there is more to say than that.
   */
  proves(
    authentication: ClientAuthentication,
    attempt: ProofAttempt,
  ): Promise<Proof | undefined> | Proof | undefined
}

/** A method whose proof is in the message. */
export interface MessageMethod extends ClientAuthenticationMethod {
  /** Whether the request uses this method, rightly or not. */
  isIn(presentation: Presentation): boolean
  /**
   * What the request that uses it presents by it.
   *
   * @throws OAuthError if it is malformed.
   */
  presentIn(presentation: Presentation): PresentedClient
}

/** A client that has proved who it is, as far as its type allows. */
export interface AuthenticatedClient {
  readonly client: Client
  readonly method: MethodName
  /** The secret it showed; undefined for a public client, and for one that proved it by a key. */
  readonly credentialId: CredentialId | undefined
}
