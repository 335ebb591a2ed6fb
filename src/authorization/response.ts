import type { OAuthError } from '../protocol/error.ts'
import type { Issuer } from '../protocol/issuer.ts'
import type { RegisteredRedirectUri } from '../protocol/registered-redirect-uri.ts'

/** Where the answer to an authorization request goes. Only a registered URI gets this far: an open redirect does not compile. */
export interface ResponseTarget {
  readonly redirectUri: RegisteredRedirectUri
  readonly state: string | undefined
}

declare const location: unique symbol
/** The URL of an authorization response. */
export type ResponseLocation = string & { readonly [location]: true }

const respond = (
  { redirectUri, state }: ResponseTarget,
  issuer: Issuer,
  parameters: Readonly<Record<string, string>>,
): ResponseLocation => {
  const query = new URLSearchParams(parameters)
  if (state !== undefined) query.set('state', state)
  // RFC 9207 §2: iss in every authorization response, errors included.
  query.set('iss', issuer)
  // RFC 6749 §3.1.2: a query the registered URI has must be retained, so the text is appended to, never rebuilt.
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}` as ResponseLocation
}

/** RFC 6749 §4.1.2 */
export const codeResponse = (target: ResponseTarget, issuer: Issuer, code: string): ResponseLocation =>
  respond(target, issuer, { code })

/** RFC 6749 §4.1.2.1 */
export const errorResponse = (target: ResponseTarget, issuer: Issuer, error: OAuthError): ResponseLocation =>
  respond(target, issuer, { error: error.code, error_description: error.description })
