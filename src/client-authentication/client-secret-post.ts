import { findCredential } from '../clients/credentials.ts'
import { invalidRequest } from '../protocol/error.ts'
import type { MessageMethod } from './method.ts'

/** RFC 6749 §2.3.1: client_id and client_secret in the body. */
export const clientSecretPost: MessageMethod = {
  name: 'client_secret_post',
  isIn: ({ form }) => form.has('client_secret'),
  presentIn: ({ form }) => {
    const clientId = form.get('client_id')
    if (clientId === undefined)
      throw invalidRequest('client_id is missing.', 'client_secret without client_id')
    return { clientId, proof: form.get('client_secret') }
  },
  proves: (_authentication, { client, presented: { proof }, now }) => {
    const credentialId = proof === undefined ? undefined : findCredential(client, proof, now)
    return credentialId && { credentialId }
  },
}
