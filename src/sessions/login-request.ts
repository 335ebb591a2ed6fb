import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import { addSeconds, fromEpochSeconds, toEpochSeconds } from '../system/clock.ts'

/*
 * Standalone: what is asked for, as the operator's own login page is told it: in a JWT that it verifies by our key set, so
 * that nobody who makes up an address decides what it asks of its user.
 */

/** RFC 8725 §3.11: keeps it from passing for another kind of token. */
export const LOGIN_REQUEST_TYPE = 'login-request+jwt'

/** What an application asks of its user's sign-in. */
export interface AskedOfSignIn {
  readonly client: { readonly clientId: string; readonly name: string; readonly isFirstParty: boolean }
  readonly scopes: readonly string[]
  readonly organizationId: string | undefined
  readonly loginHint: string | undefined
  readonly prompts: readonly string[]
  readonly maxAgeSeconds: number | undefined
  readonly contextDemand: { readonly contextClasses: readonly string[] } | undefined
  readonly uiLocales: readonly string[]
}

/** It travels in a URL: what is longer, which nobody means, is left out. */
const LONGEST = { loginHint: 320, scope: 2000, locale: 35 }

/**
 * OIDC Core §3.1.2.1: since when the user must have signed in; undefined: at any time. A claim of seconds holds it, so it
 * is whole.
 *
 * @param startedAt when the request came.
 */
export const authenticatedSince = (
  { prompts, maxAgeSeconds }: Pick<AskedOfSignIn, 'prompts' | 'maxAgeSeconds'>,
  startedAt: Date,
): Date | undefined => {
  const started = fromEpochSeconds(toEpochSeconds(startedAt))
  if (prompts.includes('login')) return started
  return maxAgeSeconds === undefined ? undefined : addSeconds(started, -maxAgeSeconds)
}

export interface LoginRequest {
  readonly issuer: string
  readonly loginUri: string
  readonly externalAuthId: string
  /** A handle: the page can tell whether it has seen it. */
  readonly id: string
  /** Undefined: somebody signs in for a page of ours. */
  readonly asked: AskedOfSignIn | undefined
  readonly authenticatedSince: Date | undefined
  readonly issuedAt: Date
  readonly expiresAt: Date
}

export const loginRequestClaims = ({
  issuer,
  loginUri,
  externalAuthId,
  id,
  asked,
  authenticatedSince: since,
  issuedAt,
  expiresAt,
}: LoginRequest): Readonly<Record<string, unknown>> => ({
  iss: issuer,
  aud: loginUri,
  iat: toEpochSeconds(issuedAt),
  exp: toEpochSeconds(expiresAt),
  jti: id,
  external_auth_id: externalAuthId,
  ...(asked && claimsOf(asked)),
  ...(since && { min_auth_time: toEpochSeconds(since) }),
})

/** Under the names of the parameters that asked for it. */
const claimsOf = (asked: AskedOfSignIn): Readonly<Record<string, unknown>> => {
  const scope = asked.scopes.join(' ')
  const locales = asked.uiLocales.filter((tag) => tag.length <= LONGEST.locale)
  const { loginHint } = asked
  return {
    client_id: asked.client.clientId,
    client_name: asked.client.name,
    first_party: asked.client.isFirstParty,
    ...(scope.length <= LONGEST.scope && { scope }),
    ...(asked.organizationId !== undefined && { organization_id: asked.organizationId }),
    ...(loginHint !== undefined && loginHint.length <= LONGEST.loginHint && { login_hint: loginHint }),
    ...(asked.prompts.length > 0 && { prompt: asked.prompts.join(' ') }),
    ...(asked.maxAgeSeconds !== undefined && { max_age: asked.maxAgeSeconds }),
    ...(asked.contextDemand && { acr_values: asked.contextDemand.contextClasses.join(' ') }),
    ...(locales.length > 0 && { ui_locales: locales.join(' ') }),
  }
}

export type SignLoginRequest = (jwt: {
  readonly algorithm: SigningAlgorithm
  readonly type: string
  readonly claims: Readonly<Record<string, unknown>>
}) => Promise<string>
