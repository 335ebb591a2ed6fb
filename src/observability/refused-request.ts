import type { RequestNotes } from './request-line.ts'

/*
 * What is told of a refused request to whoever looks after the application: what its line in the log says, and nothing
 * that the line would not.
 */

export interface RefusedRequest {
  /** That of its line in the log, and of its answer. */
  readonly requestId: string
  /** Of the application, by its own word where it was refused for that. */
  readonly clientId: string
  readonly refusedAt: Date
  /** The pattern of its path. */
  readonly endpoint: string
  readonly status: number
  readonly error: string
  readonly reason: string | undefined
  readonly facts: Readonly<Record<string, readonly string[]>>
}

/** How things go where nothing is wrong (RFC 8628 §3.5, RFC 9449 §8), and what is our own fault. */
const NO_REFUSALS: ReadonlySet<string> = new Set(['authorization_pending', 'use_dpop_nonce', 'server_error'])

/**
 * What is shown to a user has no code of its own (RFC 6749 §4.1.2.1): that of the same where it can be told to the client, as
 * to one that pushes its request (RFC 9126 §2.3).
 */
const codes: Readonly<Record<string, string>> = {
  untrustedReturnAddress: 'invalid_request',
  malformedRequest: 'invalid_request',
  malformed: 'invalid_request',
  requestExpired: 'invalid_request',
  unknownApplication: 'unauthorized_client',
  undescribedApplication: 'invalid_client',
  deviceCodeExpired: 'expired_token',
  deviceCodeUsed: 'invalid_grant',
}

/** Undefined if it was granted, or nobody knows whose it was. */
export const refusedRequestOf = ({
  requestId,
  refusedAt,
  endpoint,
  status,
  notes,
}: {
  readonly requestId: string
  readonly refusedAt: Date
  readonly endpoint: string
  readonly status: number
  readonly notes: RequestNotes
}): RefusedRequest | undefined => {
  const { clientId = notes.namedClientId, outcome, reason, grantType, facts } = notes
  // One that goes back to the application by a redirect has a reason as well.
  const isRefused = status >= 400 ? status < 500 : reason !== undefined
  if (!isRefused || clientId === undefined || outcome === undefined || NO_REFUSALS.has(outcome))
    return undefined
  return {
    requestId,
    clientId,
    refusedAt,
    endpoint,
    status,
    error: codes[outcome] ?? outcome,
    reason,
    facts: { ...(grantType !== undefined && { 'sent grant_type': [grantType] }), ...facts },
  }
}
