import { findCredential } from '../clients/credentials.ts'
import { invalidClient } from '../protocol/error.ts'
import type { MessageMethod, PresentedClient } from './method.ts'

/** RFC 6749 §2.3.1: HTTP Basic, ID and secret each form-url-encoded first. */
export const clientSecretBasic: MessageMethod = {
  name: 'client_secret_basic',
  isIn: ({ authorization }) => authorization !== undefined,
  presentIn: ({ authorization = '' }) => {
    const [, credentials] = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization) ?? []
    if (credentials === undefined) throw invalidClient('the Authorization header is not Basic')
    return decode(credentials)
  },
  proves: (_authentication, { client, presented: { proof }, now }) => {
    const credentialId = proof === undefined ? undefined : findCredential(client, proof, now)
    return credentialId && { credentialId }
  },
}

const decode = (credentials: string): PresentedClient => {
  // RFC 7617 §2: the first colon ends the user ID.
  const text = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) throw invalidClient('Basic credentials without a colon')
  return { clientId: formDecode(text.slice(0, colon)), proof: formDecode(text.slice(colon + 1)) }
}

const formDecode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw Object.assign(invalidClient('Basic credentials are not form-url-encoded'), { cause })
  }
}
