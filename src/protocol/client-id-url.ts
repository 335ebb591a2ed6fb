declare const kind: unique symbol

/** A client ID under which the client says what it is (draft-ietf-oauth-client-id-metadata-document). */
export type ClientIdUrl = `https://${string}` & { readonly [kind]: 'client ID URL' }

/** Characters. It is in tokens, logs and paths. */
const MAXIMUM_LENGTH = 255

/**
 * The same as a client ID that is a URL, or undefined if it cannot be one. Such IDs are compared as text (draft §3), so
 * there is one way to write each: as URLs are serialized, without dot segments, with the host in lower case.
 */
export const parseClientIdUrl = (text: unknown): ClientIdUrl | undefined => {
  if (typeof text !== 'string' || text.length > MAXIMUM_LENGTH || !text.startsWith('https://'))
    return undefined
  const url = URL.parse(text)
  if (url?.href !== text) return undefined
  const hasCredentials = url.username !== '' || url.password !== ''
  // Draft §3: a path, no fragment (an empty one neither), no user name or password.
  if (hasCredentials || text.includes('#') || url.pathname === '/') return undefined
  return text as ClientIdUrl
}

export const isClientIdUrl = (clientId: string): clientId is ClientIdUrl => clientId.startsWith('https://')
