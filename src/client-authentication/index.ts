import type { Client } from '../clients/client.ts'
import { invalidClient, invalidRequest } from '../protocol/error.ts'
import { clientSecretBasic } from './client-secret-basic.ts'
import { clientSecretPost } from './client-secret-post.ts'
import type { AuthenticatedClient, ClientAuthenticationMethod, MethodName, Presentation } from './method.ts'
import { none } from './none.ts'

/*
 * Who is asking, at every back-channel endpoint. Owns the methods and their registry; metadata announces its keys.
 * Which method a client registered does not matter: software registers one and sends the other.
 */
const methods: Readonly<Record<MethodName, ClientAuthenticationMethod>> = {
  client_secret_basic: clientSecretBasic,
  client_secret_post: clientSecretPost,
  none,
}

export const clientAuthenticationMethods = Object.keys(methods) as readonly MethodName[]

/** Methods by which a client proves something; `none` is not enough where tokens are asked about. */
export const confidentialAuthenticationMethods = clientAuthenticationMethods.filter((name) => name !== 'none')

export interface ClientAuthentication {
  readonly findClient: (clientId: string) => Promise<Client | undefined>
}

/**
 * RFC 6749 §2.3, §3.2.1
 *
 * @throws OAuthError invalid_request for more than one method, invalid_client if the proof fails.
 */
export const authenticateClient = async (
  { findClient }: ClientAuthentication,
  presentation: Presentation,
  now: Date,
): Promise<AuthenticatedClient> => {
  const presented = Object.values(methods).flatMap((method) => {
    const client = method.presentIn(presentation)
    return client ? [{ method, client }] : []
  })
  // RFC 6749 §2.3: the client must not use more than one authentication method in each request.
  if (presented.length > 1) {
    throw invalidRequest(
      'Use one client authentication method, not several.',
      'two client authentication methods',
    )
  }
  const [only] = presented
  if (!only) throw invalidClient('no client authentication')

  const { method, client: claimed } = only
  const named = presentation.form.get('client_id')
  if (named !== undefined && named !== claimed.clientId) {
    throw invalidRequest('client_id differs from the authenticated client.', 'client_id differs from Basic')
  }
  const client = await findClient(claimed.clientId)
  if (!client) throw invalidClient('unknown client')
  const proof = method.proves(client, claimed, now)
  if (!proof) throw invalidClient(`${method.name} does not prove ${client.clientId}`)
  return { client, method: method.name, credentialId: proof.credentialId }
}
