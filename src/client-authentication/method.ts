import type { Client } from '../clients/client.ts'
import type { CredentialId } from '../protocol/identifiers.ts'
import type { Parameters } from '../protocol/parameters.ts'

/** How a client may prove who it is, by its registered name (RFC 7591 §2). */
export type MethodName = 'client_secret_basic' | 'client_secret_post' | 'none'

/** Where a client may present itself: the Authorization header and the form. */
export interface Presentation {
  readonly authorization: string | undefined
  readonly form: Parameters
}

/** What a method read from the request, before anybody believed it. */
export interface PresentedClient {
  readonly clientId: string
  /** Undefined where the method has none. */
  readonly secret: string | undefined
}

export interface ClientAuthenticationMethod {
  readonly name: MethodName
  /**
   * What the request presents by this method, or undefined if it does not use it.
   *
   * @throws OAuthError if it does, and malformed.
   */
  presentIn(presentation: Presentation): PresentedClient | undefined
  /** Proof against the registered client. */
  proves(
    client: Client,
    presented: PresentedClient,
    now: Date,
  ): { readonly credentialId: CredentialId | undefined } | undefined
}

/** A client that has proved who it is, as far as its type allows. */
export interface AuthenticatedClient {
  readonly client: Client
  readonly method: MethodName
  /** The credential it showed; undefined for a public client. */
  readonly credentialId: CredentialId | undefined
}
