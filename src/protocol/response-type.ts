import type { Settings } from './settings.ts'

/*
 * What an authorization request can ask to be answered with, and how the answer travels: the one list of each. Who serves
 * them, who registers them and what metadata says all follow it.
 *
 * No `token` by itself, which says nothing of whose token it is (RFC 9700 §2.1.2), and none of the hybrid types
 * (docs/decisions/0025).
 */

/** OAuth 2.0 Multiple Response Type Encoding Practices §3: words in an order of no meaning; here, that of the alphabet. */
export const responseTypes = ['code', 'id_token', 'id_token token'] as const
export type ResponseType = (typeof responseTypes)[number]

/** OIDC Registration §2: the grant type that goes with each. */
const grantTypes = {
  code: 'authorization_code',
  id_token: 'implicit',
  'id_token token': 'implicit',
} as const satisfies Readonly<Record<ResponseType, string>>

export type AuthorizationGrantType = (typeof grantTypes)[ResponseType]

export const grantTypeOf = (responseType: ResponseType): AuthorizationGrantType => grantTypes[responseType]

/** OIDC Core §3.2: tokens come from the authorization endpoint, and there is no code. */
export const isImplicit = (responseType: ResponseType): boolean => grantTypeOf(responseType) === 'implicit'

export const hasAccessToken = (responseType: ResponseType): boolean =>
  responseType.split(' ').includes('token')

type Switches = Pick<Settings, 'implicitFlow'>

/** Those that are switched on. */
export const supportedResponseTypes = ({ implicitFlow }: Switches): readonly ResponseType[] =>
  responseTypes.filter((responseType) => implicitFlow || !isImplicit(responseType))

/** Of those, the one that a request names, in whichever order of words. */
export const findResponseType = (text: string, switches: Switches): ResponseType | undefined => {
  const words = text.split(' ').sort().join(' ')
  return supportedResponseTypes(switches).find((responseType) => responseType === words)
}

/**
 * The one as whose answers an error travels, where the request names none that there is. With the implicit flow types that
 * hold tokens are understood, if not had: their errors are looked for in the fragment (RFC 6749 §4.2.2.1, OAuth 2.0 Multiple
 * Response Type Encoding Practices §5). Without it they are not understood, and errors go as RFC 6749 §3.1.1 says.
 */
export const closestResponseType = (text: string, switches: Switches): ResponseType => {
  const holdsTokens = text.split(' ').some((word) => word === 'token' || word === 'id_token')
  return (
    findResponseType(text, switches) ?? (switches.implicitFlow && holdsTokens ? 'id_token token' : 'code')
  )
}

/** How the answer to an authorization request travels. */
export interface ResponseMode {
  /** In a part of a redirect's URL, or in a form that the browser posts (OAuth 2.0 Form Post Response Mode §2). */
  readonly delivery: 'query' | 'fragment' | 'form'
  /** JARM §2.3: its parameters are in a JWT. */
  readonly isSigned: boolean
}

/** By the value of `response_mode`; delivered by default as the response type is. */
const modes = {
  query: { delivery: 'query', isSigned: false },
  fragment: { delivery: 'fragment', isSigned: false },
  form_post: { delivery: 'form', isSigned: false },
  // JARM §2.3.4: query.jwt for the response type code, fragment.jwt for the others.
  jwt: { delivery: 'default', isSigned: true },
  'query.jwt': { delivery: 'query', isSigned: true },
  'fragment.jwt': { delivery: 'fragment', isSigned: true },
  'form_post.jwt': { delivery: 'form', isSigned: true },
} as const satisfies Readonly<
  Record<string, Omit<ResponseMode, 'delivery'> & { readonly delivery: ResponseMode['delivery'] | 'default' }>
>

export type ResponseModeName = keyof typeof modes

/** Fragments are for the response types whose answers must not be in queries. */
export const supportedResponseModes = ({ implicitFlow }: Switches): readonly ResponseModeName[] =>
  (Object.keys(modes) as ResponseModeName[]).filter(
    (name) => implicitFlow || modes[name].delivery !== 'fragment',
  )

/** OAuth 2.0 Multiple Response Type Encoding Practices §2.1, §5 */
export const defaultResponseMode = (responseType: ResponseType): ResponseMode => ({
  delivery: isImplicit(responseType) ? 'fragment' : 'query',
  isSigned: false,
})

/** The mode of that name; undefined if there is none, or it is not for answers of that type. */
export const findResponseMode = (
  name: string,
  responseType: ResponseType,
  switches: Switches,
): ResponseMode | undefined => {
  const known = supportedResponseModes(switches).find((each) => each === name)
  if (known === undefined) return undefined
  const { delivery: named, isSigned } = modes[known]
  const delivery = named === 'default' ? defaultResponseMode(responseType).delivery : named
  // OAuth 2.0 Multiple Response Type Encoding Practices §5, JARM §2.3.1: tokens are never in a query.
  return delivery === 'query' && isImplicit(responseType) ? undefined : { delivery, isSigned }
}
