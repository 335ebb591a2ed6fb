import { scopeOfClaim } from './claims.ts'
import { invalidRequest } from './error.ts'
import type { ClaimRequest, ClaimsRequest } from './grant-terms.ts'
import { isDeeperThan } from './nesting.ts'
import { isPlainText } from './plain-text.ts'
import type { StandardScope } from './scope.ts'

/*
 * The `claims` parameter (OIDC Core §5.5): claims asked for one by one, in the ID token or at the userinfo endpoint. Kept
 * is what we can do something about; the rest is ignored, as it must be, and never reaches the database.
 */

/** Every claim we have, each with a value or two, takes less. */
const MAXIMUM_LENGTH = 4096
/** The members of an address, as a value of a list of values of a claim. */
const MAXIMUM_DEPTH = 5
const MAXIMUM_VALUES = 20

/** Of an ID token, beside the claims about the user: what a request can demand something of. */
const ofAuthentication: readonly string[] = ['sub', 'acr', 'auth_time']

/**
 * What is asked for by name; undefined if nothing is that we know.
 *
 * @throws OAuthError invalid_request if the text is not what OIDC Core §5.5 says.
 */
export const parseClaimsRequest = (text: string | undefined): ClaimsRequest | undefined => {
  if (text === undefined) return undefined
  if (text.length > MAXIMUM_LENGTH) throw invalidRequest('The claims parameter is too long.')
  const request = parsed(text)
  if (!isObject(request)) throw invalidRequest('The claims parameter is not a JSON object.')
  if (isDeeperThan(MAXIMUM_DEPTH, request)) throw invalidRequest('The claims parameter is nested too deep.')
  const userinfo = membersOf(
    request,
    'userinfo',
    (claim) => scopeOfClaim(claim) !== undefined || claim === 'sub',
  )
  const idToken = membersOf(
    request,
    'id_token',
    (claim) => scopeOfClaim(claim) !== undefined || ofAuthentication.includes(claim),
  )
  if (!userinfo && !idToken) return undefined
  return { ...(userinfo && { userinfo }), ...(idToken && { id_token: idToken }) }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text, (name, value: unknown) => {
      // What no column of text can hold, no claim has as its name or value.
      if (!isPlainText(name) || (typeof value === 'string' && !isPlainText(value))) throw new SyntaxError()
      return value
    })
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidRequest('The claims parameter is not JSON.')
    throw error
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** One of the two places to answer in, with the claims that are known there. */
const membersOf = (
  request: Readonly<Record<string, unknown>>,
  place: 'userinfo' | 'id_token',
  isKnown: (claim: string) => boolean,
): Readonly<Record<string, ClaimRequest>> | undefined => {
  const members = Object.hasOwn(request, place) ? request[place] : undefined
  if (members === undefined || members === null) return undefined
  if (!isObject(members)) throw invalidRequest(`The member ${place} of claims is not a JSON object.`)
  const known = Object.entries(members)
    .filter(([claim]) => isKnown(claim))
    .map(([claim, asked]) => [claim, claimRequest(asked)] as const)
  return known.length > 0 ? Object.fromEntries(known) : undefined
}

/** OIDC Core §5.5.1: null, or an object; members that are not understood are ignored. */
const claimRequest = (asked: unknown): ClaimRequest => {
  if (asked === null) return null
  if (!isObject(asked)) throw invalidRequest('A claim in the claims parameter is neither null nor an object.')
  const { essential, value, values } = asked
  if (essential !== undefined && typeof essential !== 'boolean') {
    throw invalidRequest('essential in the claims parameter is neither true nor false.')
  }
  if (values !== undefined && (!Array.isArray(values) || values.length > MAXIMUM_VALUES)) {
    throw invalidRequest(`values in the claims parameter is not an array of at most ${MAXIMUM_VALUES}.`)
  }
  const meant = {
    ...(essential === true && { essential }),
    ...(value !== undefined && { value }),
    ...(values !== undefined && { values }),
  }
  return Object.keys(meant).length > 0 ? meant : null
}

/** The scopes that the claims asked for by name belong to: to agree to those is to agree to be told of. */
export const scopesOfClaims = ({ userinfo = {}, id_token = {} }: ClaimsRequest = {}): StandardScope[] => [
  ...new Set(
    [...Object.keys(userinfo), ...Object.keys(id_token)].flatMap((claim) => scopeOfClaim(claim) ?? []),
  ),
]

/** Those of them that the client says it cannot do without. */
export const essentialScopesOf = ({ userinfo = {}, id_token = {} }: ClaimsRequest = {}): StandardScope[] =>
  [...Object.entries(userinfo), ...Object.entries(id_token)].flatMap(([claim, asked]) =>
    asked?.essential === true ? (scopeOfClaim(claim) ?? []) : [],
  )

/** What is left of it without the claims that belong to these scopes; undefined if nothing is. */
export const withoutClaimsOf = (
  { userinfo, id_token }: ClaimsRequest,
  scopes: readonly string[],
): ClaimsRequest | undefined => {
  const left = (members: ClaimsRequest['userinfo']) => {
    const kept = Object.entries(members ?? {}).filter(([claim]) => {
      const scope = scopeOfClaim(claim)
      return scope === undefined || !scopes.includes(scope)
    })
    return kept.length > 0 ? Object.fromEntries(kept) : undefined
  }
  const [atUserinfo, inIdToken] = [left(userinfo), left(id_token)]
  if (!atUserinfo && !inIdToken) return undefined
  return { ...(atUserinfo && { userinfo: atUserinfo }), ...(inIdToken && { id_token: inIdToken }) }
}

/** The values that a claim of the ID token must have one of; undefined if any will do. */
export const demandedValues = (asked: ClaimRequest | undefined): readonly unknown[] | undefined => {
  if (!asked) return undefined
  const { value, values } = asked
  if (value === undefined) return values
  // Both at once: what both allow.
  return values === undefined || values.includes(value) ? [value] : []
}
