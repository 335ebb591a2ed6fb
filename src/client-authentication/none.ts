import { registersKeyMethod } from '../clients/client.ts'
import type { ClientAuthenticationMethod } from './method.ts'

/** RFC 6749 §3.2.1: a public client only says who it is; PKCE ties its code to it. */
export const none: ClientAuthenticationMethod = {
  name: 'none',
  // A confidential client that leaves its secret out has proved nothing.
  proves: (_authentication, { client }) =>
    client.isPublic && !registersKeyMethod(client) ? { credentialId: undefined } : undefined,
}
