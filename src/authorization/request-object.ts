import type { Client } from '../clients/client.ts'
import type { ClientKeys } from '../clients/client-keys.ts'
import { rulesFor } from '../clients/profile.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Issuer } from '../protocol/issuer.ts'
import { isDeeperThan } from '../protocol/nesting.ts'
import { type Parameters, readParameters } from '../protocol/parameters.ts'
import { addSeconds } from '../system/clock.ts'

/*
 * RFC 9101, OIDC Core §6.1: an authorization request in a JWT that its client signed. Whatever is in it is what the
 * client wants, and whatever is beside it is not looked at (RFC 9101 §6.3): `scope`, `response_type` and `state` outside,
 * which OIDC Core §6.1 would merge, are what an attacker in the browser can change.
 */

type Claims = Readonly<Record<string, unknown>>

export interface RequestObjects {
  readonly issuer: Issuer
  readonly verifyClientJwt: ClientKeys['verifyClientJwt']
}

/** RFC 9101 §9.4.1, §10.8 */
const OBJECT_TYPE = 'oauth-authz-req+jwt'

/** Claims about the object itself (RFC 7519 §4.1). */
const claimsOfTheObject = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'])

/** FAPI 2.0 Security Profile §5.3.2.1: clocks differ; ten seconds must be borne, more than a minute must not. */
const CLOCK_SKEW_SECONDS = 30

/** Of objects and lists in each other; the deepest known is authorization_details of RFC 9396, of a few. */
const MAXIMUM_DEPTH = 16

const invalidObject = (reason: string): OAuthError =>
  new OAuthError('invalid_request_object', 'The request object is invalid.', reason)

/**
 * The parameters in a request object of this client.
 *
 * @throws OAuthError invalid_request_object, request_not_supported, or invalid_request for what is malformed inside.
 */
export const parametersOfObject = async (
  { issuer, verifyClientJwt }: RequestObjects,
  client: Client,
  object: string,
  now: Date,
): Promise<Parameters> => {
  // RFC 9101 §10.1: an object that nobody signed proves nothing. OIDC Core §3.1.2.6 has a code for who cannot take one.
  if (algorithmOf(object) === 'none') {
    throw new OAuthError('request_not_supported', 'Request objects have to be signed.')
  }
  const rules = rulesFor(client)
  const registered = client.metadata.request_object_signing_alg
  const verified = await verifyClientJwt(client, object, {
    // OIDC Registration §2: objects with any other algorithm must be rejected.
    algorithms: rules.signingAlgorithms.filter((alg) => registered === undefined || alg === registered),
    type: OBJECT_TYPE,
  })
  if (!verified) throw invalidObject('no key of the client has signed it, or typ is of another kind of JWT')
  const { payload } = verified
  checkClaims(payload, client, issuer)
  checkTimes(payload, rules.requestObjectSeconds, now)
  return readParameters(
    Object.fromEntries(
      Object.entries(payload).flatMap(([name, value]) => {
        if (claimsOfTheObject.has(name) || value === null) return []
        if (isDeeperThan(MAXIMUM_DEPTH, value)) throw invalidObject('it is nested too deeply')
        return [[name, name === 'resource' && Array.isArray(value) ? value : parameterText(value)]]
      }),
    ),
  )
}

/** RFC 9101 §4: a parameter is a member of its JSON type: numbers, booleans, and objects or arrays of JSON. */
const parameterText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const algorithmOf = (object: string): unknown => {
  try {
    const header: unknown = JSON.parse(Buffer.from(object.split('.', 1)[0] ?? '', 'base64url').toString())
    return typeof header === 'object' && header !== null && 'alg' in header ? header.alg : undefined
  } catch {
    return undefined
  }
}

const checkClaims = (claims: Claims, { clientId, metadata }: Client, issuer: Issuer): void => {
  const { iss, aud, sub } = claims
  const isStrict = rulesFor({ metadata }).requestObjectSeconds !== undefined
  // RFC 9101 §4: iss and aud are recommended; one that is there must be right, and FAPI has them always.
  if (isStrict || iss !== undefined) {
    if (iss !== clientId) throw invalidObject('iss is not the client')
  }
  if (isStrict || aud !== undefined) {
    const audiences: unknown[] = Array.isArray(aud) ? aud : [aud]
    if (!audiences.includes(issuer)) throw invalidObject('aud is not the issuer')
  }
  // RFC 9101 §5: the value outside must match the one in the object.
  if (claims['client_id'] !== clientId) throw invalidObject('client_id inside is not the one outside')
  // RFC 9101 §10.8: it would pass for a client assertion (RFC 7523 §3) wherever somebody got hold of it.
  if (sub === clientId) throw invalidObject('sub is the client, as in a client assertion')
  // RFC 9101 §4: request and request_uri must not be included in the object.
  if (Object.hasOwn(claims, 'request') || Object.hasOwn(claims, 'request_uri')) {
    throw invalidObject('request or request_uri inside the object')
  }
}

const checkTimes = (
  { exp, nbf, iat }: Claims,
  limits: { readonly sinceNotBefore: number; readonly lifetime: number } | undefined,
  now: Date,
): void => {
  const expiresAt = instant(exp, 'exp')
  const notBefore = instant(nbf, 'nbf')
  const issuedAt = instant(iat, 'iat')
  if (expiresAt && expiresAt <= now) throw invalidObject('it has expired')
  const latest = addSeconds(now, CLOCK_SKEW_SECONDS)
  if ((notBefore && notBefore > latest) || (issuedAt && issuedAt > latest)) {
    throw invalidObject('it is from the future')
  }
  if (!limits) return
  if (!notBefore || !expiresAt) throw invalidObject('nbf or exp is missing')
  if (addSeconds(notBefore, limits.sinceNotBefore) < now) throw invalidObject('nbf is too long ago')
  if (addSeconds(notBefore, limits.lifetime) < expiresAt) throw invalidObject('exp is too long after nbf')
}

/** RFC 7519 §2: NumericDate. */
const instant = (value: unknown, name: string): Date | undefined => {
  if (value === undefined) return undefined
  const date = typeof value === 'number' ? new Date(value * 1000) : undefined
  if (date === undefined || Number.isNaN(date.getTime())) throw invalidObject(`${name} is not a time`)
  return date
}
