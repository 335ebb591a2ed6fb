import { invalidClient } from '../protocol/error.ts'
import { hasRegisteredSubject } from './certificate-subject.ts'
import type { ClientAuthenticationMethod } from './method.ts'

/** RFC 8705 §2.1: a certificate of an authority that is trusted, with the subject that the client registered. */
export const tlsClientAuth: ClientAuthenticationMethod = {
  name: 'tls_client_auth',
  proves: (_authentication, { client, presentation: { certificate: presented } }) => {
    if (client.isPublic) return undefined
    if (!presented) throw invalidClient('no client certificate')
    // RFC 8705 §2.1, §7.2: the chain first; anybody can make a certificate with any subject.
    if (!presented.isTrusted) throw invalidClient('the chain of the client certificate is not verified')
    if (!hasRegisteredSubject(presented.certificate, client.metadata)) {
      throw invalidClient('the client certificate has another subject than the client registered')
    }
    return { credentialId: undefined }
  },
}
