import {
  allowInsecureRequests,
  discovery,
  type IntrospectionResponse,
  tokenIntrospection,
} from 'openid-client'

/**
 * Asks the server whether a token holds *now* (RFC 7662). Slower than verifying it here, and the truth at once: after
 * a credential, a consent, a membership or a user is gone, the answer is `{ active: false }`.
 *
 * The credentials are those of any confidential application of the environment's own (first-party).
 */
export const connectIntrospection = async (as: {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}): Promise<(token: string) => Promise<IntrospectionResponse>> => {
  const server = new URL(as.issuer)
  const client = await discovery(
    server,
    as.clientId,
    as.clientSecret,
    undefined,
    server.protocol === 'http:' ? { execute: [allowInsecureRequests] } : undefined,
  )
  return (token) => tokenIntrospection(client, token)
}
