import { type Client, registersKeyMethod } from '../clients/client.ts'
import { rulesFor } from '../clients/profile.ts'
import { invalidClient, invalidRequest } from '../protocol/error.ts'
import { clientSecretBasic } from './client-secret-basic.ts'
import { clientSecretPost } from './client-secret-post.ts'
import type {
  AuthenticatedClient,
  ClientAuthentication,
  ClientAuthenticationMethod,
  MessageMethod,
  MethodName,
  Presentation,
} from './method.ts'
import { none } from './none.ts'
import { privateKeyJwt } from './private-key-jwt.ts'
import { selfSignedTlsClientAuth } from './self-signed-tls-client-auth.ts'
import { tlsClientAuth } from './tls-client-auth.ts'

export type { ClientAuthentication } from './method.ts'

/*
 * Who is asking, at every back-channel endpoint. Owns the methods and their registry; metadata announces its keys.
 * Which of the methods of a secret a client registered does not matter: software registers one and sends the other.
 */
const inMessage = {
  client_secret_basic: clientSecretBasic,
  client_secret_post: clientSecretPost,
  private_key_jwt: privateKeyJwt,
} as const satisfies Partial<Record<MethodName, MessageMethod>>

/** Methods that show in a message as no more than a client_id: which it is, the registration says. */
const byName = {
  tls_client_auth: tlsClientAuth,
  self_signed_tls_client_auth: selfSignedTlsClientAuth,
  none,
} as const satisfies Partial<Record<MethodName, ClientAuthenticationMethod>>

const methods: Readonly<Record<MethodName, ClientAuthenticationMethod>> = { ...inMessage, ...byName }

/** @param certificates whether client certificates can reach us at all. */
export const clientAuthenticationMethods = (certificates: boolean): readonly MethodName[] =>
  (Object.keys(methods) as MethodName[]).filter((name) => certificates || !isByCertificate(name))

/** Methods by which a client proves something; `none` is not enough where tokens are asked about. */
export const confidentialAuthenticationMethods = (certificates: boolean): readonly MethodName[] =>
  clientAuthenticationMethods(certificates).filter((name) => name !== 'none')

const isByCertificate = (name: MethodName): boolean =>
  name === 'tls_client_auth' || name === 'self_signed_tls_client_auth'

/**
 * RFC 6749 §2.3, §3.2.1
 *
 * @throws OAuthError invalid_request for more than one method, invalid_client if the proof fails.
 */
export const authenticateClient = async (
  authentication: ClientAuthentication,
  presentation: Presentation,
  now: Date,
  /** Told who it is said to be, if there is such a client: before that is proved. */
  named: (client: Client) => void,
): Promise<AuthenticatedClient> => {
  const [shown, second] = Object.values<MessageMethod>(inMessage).filter((method) =>
    method.isIn(presentation),
  )
  // RFC 6749 §2.3: the client must not use more than one authentication method in each request.
  if (second) {
    throw invalidRequest(
      'Use one client authentication method, not several.',
      'two client authentication methods',
    )
  }
  const formClientId = presentation.form.get('client_id')
  const presented = shown ? shown.presentIn(presentation) : namedAlone(formClientId)
  if (!presented) throw invalidClient('no client authentication', 'no_credential')

  if (formClientId !== undefined && formClientId !== presented.clientId) {
    throw invalidRequest('client_id differs from the authenticated client.', 'client_id differs from Basic')
  }
  const client = await authentication.findClient(presented.clientId)
  if (!client) throw invalidClient('unknown client', 'unknown_client')
  named(client)
  const method = shown ?? registeredByName(client)
  const isByKey = method.name === 'private_key_jwt' || isByCertificate(method.name)
  if (rulesFor(client).requiresProofByKey && !isByKey) {
    throw invalidClient(`${method.name} is not for a client that is held to its profile`, 'other_method')
  }
  const proof = await method.proves(authentication, { client, presented, presentation, now })
  if (!proof) throw invalidClient(`${method.name} does not prove ${client.clientId}`)
  return { client, method: method.name, credentialId: proof.credentialId }
}

const namedAlone = (clientId: string | undefined) =>
  clientId === undefined ? undefined : { clientId, proof: undefined }

/** A certificate on the connection of a client that registered another method is none of this room's business. */
const registeredByName = (client: Client): ClientAuthenticationMethod => {
  const { token_endpoint_auth_method: registered = 'none' } = client.metadata
  return registersKeyMethod(client) && isByCertificate(registered) ? methods[registered] : none
}
