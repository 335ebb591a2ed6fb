import type { ClientAuthenticationMethod } from './method.ts'

/** RFC 6749 §3.2.1: a public client only says who it is; PKCE ties its code to it. */
export const none: ClientAuthenticationMethod = {
  name: 'none',
  presentIn: ({ authorization, form }) => {
    const clientId = form.get('client_id')
    if (clientId === undefined || authorization !== undefined || form.has('client_secret')) return undefined
    return { clientId, secret: undefined }
  },
  // A confidential client that leaves its secret out has proved nothing.
  proves: (client) => (client.isPublic ? { credentialId: undefined } : undefined),
}
