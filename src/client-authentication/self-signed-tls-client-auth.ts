import { invalidClient } from '../protocol/error.ts'
import { subjectPublicKeyOf } from '../system/public-key.ts'
import type { ClientAuthenticationMethod } from './method.ts'

/** RFC 8705 §2.2: whoever made the certificate, its key is one that the client registered. */
export const selfSignedTlsClientAuth: ClientAuthenticationMethod = {
  name: 'self_signed_tls_client_auth',
  proves: async ({ clientKeys }, { client, presentation: { certificate: presented } }) => {
    if (client.isPublic) return undefined
    if (!presented) throw invalidClient('no client certificate')
    const { publicKey } = presented.certificate
    const isOfCertificate = (key: Readonly<Record<string, string>>) => subjectPublicKeyOf(key) === publicKey
    const keys = await clientKeys.keysOf(client, isOfCertificate)
    if (!keys.some(isOfCertificate)) {
      throw invalidClient('the key of the client certificate is none that the client registered')
    }
    return { credentialId: undefined }
  },
}
