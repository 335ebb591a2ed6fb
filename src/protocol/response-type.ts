/** The implicit and hybrid types put tokens into URLs (RFC 9700 §2.1.2), so `code` is the only one. */
export const responseTypes = ['code'] as const

/** How the answer to an authorization request travels. */
export interface ResponseMode {
  /** In the query of a redirect, or in a form that the browser posts (OAuth 2.0 Form Post Response Mode §2). */
  readonly delivery: 'redirect' | 'form'
  /** JARM §2.3: its parameters are in a JWT. */
  readonly isSigned: boolean
}

/** By the value of `response_mode`. No fragment: it is for the response types that are not there. */
const modes = {
  query: { delivery: 'redirect', isSigned: false },
  form_post: { delivery: 'form', isSigned: false },
  // JARM §2.3.4: for the response type code this is query.jwt.
  jwt: { delivery: 'redirect', isSigned: true },
  'query.jwt': { delivery: 'redirect', isSigned: true },
  'form_post.jwt': { delivery: 'form', isSigned: true },
} as const satisfies Readonly<Record<string, ResponseMode>>

export const responseModes = Object.keys(modes) as readonly (keyof typeof modes)[]

/** OAuth 2.0 Multiple Response Type Encoding Practices §2.1: of the response type code. */
export const defaultResponseMode: ResponseMode = modes.query

export const findResponseMode = (name: string): ResponseMode | undefined =>
  Object.hasOwn(modes, name) ? modes[name as keyof typeof modes] : undefined
