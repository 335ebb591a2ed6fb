import type { Client } from '../clients/client.ts'
import {
  requiresSignedResponses,
  responseSigningAlgorithm,
  substituteSigningAlgorithm,
} from '../clients/profile.ts'
import type { OAuthError } from '../protocol/error.ts'
import type { Issuer } from '../protocol/issuer.ts'
import type { RegisteredRedirectUri } from '../protocol/registered-redirect-uri.ts'
import {
  defaultResponseMode,
  findResponseMode,
  type ResponseMode,
  type ResponseType,
} from '../protocol/response-type.ts'
import type { Settings } from '../protocol/settings.ts'
import type { KeyRing } from '../signing-keys/key-ring.ts'

/** Where and how an authorization request is answered. Only a registered URI gets this far: an open redirect does not compile. */
export interface ResponseTarget {
  readonly redirectUri: RegisteredRedirectUri
  readonly state: string | undefined
  readonly mode: ResponseMode
  /** Whom the answer is for. */
  readonly client: Client
}

declare const location: unique symbol
/** The URL of an authorization response. */
export type ResponseLocation = string & { readonly [location]: true }

/** An answer on its way through the browser. */
export type AuthorizationResponse =
  | { readonly delivery: 'redirect'; readonly location: ResponseLocation }
  | {
      readonly delivery: 'form'
      readonly action: RegisteredRedirectUri
      readonly fields: Readonly<Record<string, string>>
      readonly client: Client
    }

/** What answering takes. */
export interface Answering {
  readonly issuer: Issuer
  readonly signJwt: KeyRing['signJwt']
}

/** JARM §2.1: at most ten minutes are recommended; the browser is on its way, as with a code. */
const SIGNED_RESPONSE_SECONDS = 300

/**
 * The mode by which a request can be answered that names this one.
 *
 * @returns undefined if the mode is unknown, or not for such answers, or browsers cannot post to the URI: an application
 *   of one's device, which its private scheme opens, gets a URL and nothing else (RFC 8252 §7.1).
 */
export const answerableMode = (
  name: string | undefined,
  { redirectUri, responseType }: { redirectUri: RegisteredRedirectUri; responseType: ResponseType },
  settings: Pick<Settings, 'implicitFlow'>,
): ResponseMode | undefined => {
  const mode =
    name === undefined ? defaultResponseMode(responseType) : findResponseMode(name, responseType, settings)
  return mode?.delivery === 'form' && !/^https?:/i.test(redirectUri) ? undefined : mode
}

const respond = async (
  { issuer, signJwt }: Answering,
  { redirectUri, state, mode, client }: ResponseTarget,
  parameters: Readonly<Record<string, string>>,
  now: Date,
): Promise<AuthorizationResponse> => {
  const answer = { ...parameters, ...(state !== undefined && { state }) }
  const fields = mode.isSigned
    ? { response: await signedResponse({ issuer, signJwt }, client, answer, now) }
    : // RFC 9207 §2: iss in every authorization response, errors included.
      { ...answer, iss: issuer }
  if (mode.delivery === 'form') return { delivery: 'form', action: redirectUri, fields, client }
  // RFC 6749 §3.1.2: a query the registered URI has must be retained, so the text is appended to, never rebuilt. It has no
  // fragment (RFC 6749 §3.1.2).
  const separator = mode.delivery === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?'
  const location = `${redirectUri}${separator}${new URLSearchParams(fields)}` as ResponseLocation
  return { delivery: 'redirect', location }
}

/** JARM §2.1. RFC 9207 §2.4: `iss` is inside, and so not sent beside it. */
const signedResponse = (
  { issuer, signJwt }: Answering,
  client: Client,
  parameters: Readonly<Record<string, string>>,
  now: Date,
): Promise<string> =>
  signJwt({
    algorithm: responseSigningAlgorithm(client),
    substitute: substituteSigningAlgorithm(client),
    type: 'JWT',
    claims: {
      ...parameters,
      iss: issuer,
      aud: client.clientId,
      exp: Math.floor(now.getTime() / 1000) + SIGNED_RESPONSE_SECONDS,
    },
  })

/** RFC 6749 §4.1.2, §4.2.2: what is issued, by the names of its parameters. */
export const successResponse = (
  answering: Answering,
  target: ResponseTarget,
  issued: Readonly<Record<string, string>>,
  now: Date,
) => respond(answering, target, issued, now)

/**
 * RFC 6749 §4.1.2.1, §4.2.2.1. FAPI 2.0 Message Signing §5.4: signed, to a client that takes no other, whatever mode was
 * asked for: where the request object cannot be read, that stands beside it and anybody may have written it.
 */
export const errorResponse = (answering: Answering, target: ResponseTarget, error: OAuthError, now: Date) => {
  const mode = requiresSignedResponses(target.client) ? { ...target.mode, isSigned: true } : target.mode
  const parameters = { error: error.code, error_description: error.description }
  return respond(answering, { ...target, mode }, parameters, now)
}
