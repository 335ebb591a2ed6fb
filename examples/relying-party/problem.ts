import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'

/** What went wrong, for a person, with the code that a developer looks for. */
export interface Problem {
  readonly sentence: string
  readonly code: string
  /** In the words of the server. */
  readonly detail?: string | undefined
}

/** The server said no, as opposed to: it could not be asked. */
export const isRefused = (error: unknown): boolean =>
  error instanceof WWWAuthenticateChallengeError ||
  (error instanceof ResponseBodyError && error.error === 'invalid_grant')

export const problemOf = (error: unknown, name: string): Problem => {
  // RFC 6749 §4.1.2.1: the server sent the user back without a code.
  if (error instanceof AuthorizationResponseError) {
    const sentence =
      error.error === 'access_denied'
        ? `${name} did not get the access it asked for, so nothing was shared with it.`
        : 'The server could not finish the sign-in.'
    return { sentence, code: error.error, detail: error.error_description }
  }
  // RFC 6749 §5.2: the server refused the code, or the application itself.
  if (error instanceof ResponseBodyError) {
    const sentence =
      error.error === 'invalid_client'
        ? `The server does not accept the credentials of ${name}.`
        : 'The server did not accept the answer it sent with you. Codes are good once, for a minute.'
    return { sentence, code: error.error, detail: error.error_description }
  }
  // The library refused the answer: another issuer, a signature that does not fit, a nonce of somebody else.
  if (error instanceof ClientError) {
    return {
      sentence: 'What came back is not the answer that was asked for, so it was not used.',
      code: error.code ?? 'client_error',
      detail: error.message,
    }
  }
  return { sentence: 'The server could not be reached.', code: 'unreachable' }
}
