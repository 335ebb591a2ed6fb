/** The codes an OAuth endpoint may answer with, grouped by the document that registers them. */
export type OAuthErrorCode =
  // RFC 6749 §4.1.2.1, §5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  // RFC 6750 §3.1
  | 'invalid_token'
  | 'insufficient_scope'
  // RFC 8707 §2
  | 'invalid_target'
  // OIDC Core §3.1.2.6
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  // OIDC Core §3.1.2.6, RFC 9101 §7
  | 'invalid_request_uri'
  | 'invalid_request_object'
  // OIDC Unmet Authentication Requirements §2
  | 'unmet_authentication_requirements'
  // RFC 8628 §3.5
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  // RFC 9396 §5
  | 'invalid_authorization_details'
  // RFC 9449 §12.2
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  // RFC 7591 §3.2.2
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  // WorkOS's: registration is off
  | 'dynamic_client_registration_disabled'

/**
 * Which check a client or a grant failed, in a word of a closed set: for counting, where a sentence, which may name who
 * failed it, would be one of many.
 */
export type FailedCheck =
  | 'no_credential'
  | 'unknown_client'
  | 'other_method'
  | 'wrong_credential'
  | 'unknown_grant'
  | 'other_client'
  | 'not_proved'
  | 'expired'
  | 'ended'
  | 'replayed'
  | 'rate_limit'

/**
 * A refusal in the words of OAuth. `description` is public and limited to the characters of RFC 6749 §5.2 (no
 * quotation mark, no backslash); `reason` is for the log, names the check that failed and never holds a credential.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly description: string
  readonly reason: string
  readonly check: FailedCheck | undefined

  constructor(
    code: OAuthErrorCode,
    description: string,
    reason: string = description,
    options: ErrorOptions & { readonly check?: FailedCheck | undefined } = {},
  ) {
    super(`${code}: ${reason}`, options)
    this.check = options.check
    this.code = code
    this.description = printable(description)
    this.reason = reason
  }
}

/** More than is taken (RFC 9126 §2.3). */
export class RequestTooLarge extends OAuthError {
  constructor() {
    super('invalid_request', 'The request is too large.')
  }
}

/** RFC 6750 §3.1: no token was shown at all; the challenge to that has no error code. */
export class TokenMissing extends OAuthError {
  constructor() {
    super('invalid_token', 'An access token is needed.')
  }
}

/** RFC 6585 §4: 429. Of the registered codes only this one says that nothing was wrong with the request. */
export class TooManyRequests extends OAuthError {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super('temporarily_unavailable', 'Too many requests; wait a while.', 'rate limit', {
      check: 'rate_limit',
    })
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** RFC 6749 §5.2: values of error_description are %x20-21 / %x23-5B / %x5D-7E. */
const printable = (text: string) => text.replace(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, "'")

export const invalidRequest = (description: string, reason?: string) =>
  new OAuthError('invalid_request', description, reason)

export const invalidScope = (description: string, reason?: string) =>
  new OAuthError('invalid_scope', description, reason)

/** One public text for every cause: which check failed is nobody's business but the log's. */
export const invalidClient = (reason: string, check: FailedCheck = 'wrong_credential') =>
  new OAuthError('invalid_client', 'Client authentication failed.', reason, { check })

export const invalidGrant = (reason: string, check: FailedCheck) =>
  new OAuthError(
    'invalid_grant',
    'The authorization code, device code or refresh token is invalid, expired, revoked, or was issued to another client or redirect URI.',
    reason,
    { check },
  )
