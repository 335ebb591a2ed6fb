import type { Client } from '../clients/client.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Fact } from '../protocol/fact.ts'
import type { ResponseTarget } from './response.ts'

/** What the end user can do about a refusal that is shown, by name; the pages have the words. */
export type ShownErrorKind =
  | 'unknownApplication'
  | 'undescribedApplication'
  | 'untrustedReturnAddress'
  | 'malformedRequest'
  | 'unavailable'
  | 'unreachableRequest'
  | 'requestExpired'
  | 'deviceCodeExpired'
  | 'deviceCodeUsed'

/**
 * RFC 6749 §4.1.2.1: with the client or the redirection URI in doubt the user is told, and never sent anywhere.
 * `reason` and `facts` are for the log and for developers; they hold no credential.
 */
export class ShownError extends Error {
  override readonly name = 'ShownError'
  readonly kind: ShownErrorKind
  readonly reason: string
  readonly facts: readonly Fact[]
  /** The application that it is about, where that is known: its owner may see the rest. */
  readonly about: Client | undefined

  constructor(
    kind: ShownErrorKind,
    reason: string,
    facts: readonly Fact[] = [],
    { about, ...options }: ErrorOptions & { readonly about?: Client | undefined } = {},
  ) {
    super(`${kind}: ${reason}`, options)
    this.kind = kind
    this.reason = reason
    this.facts = facts
    this.about = about
  }
}

/** OIDC Core §3.1.2.1, §5.5.1: an error, such as login_required, if it was somebody else who signed in. */
export class AnotherUserSignedIn extends OAuthError {
  constructor() {
    super('login_required', 'Another user has signed in than the request names.')
  }
}

/** RFC 9126 §2.2, §4: a pushed request that is there no more, or never was. */
export class PushedRequestGone extends OAuthError {
  constructor(reason: string) {
    super('invalid_request_uri', 'The request_uri is unknown, has expired, or was used before.', reason)
  }
}

/**
 * Nothing to be had at the address, which may pass. What became of a request to an address inside is not for whoever had us
 * make it (RFC 9101 §10.4.1).
 */
export class UnreachableObject extends OAuthError {
  constructor(reason: string) {
    super(
      'invalid_request_uri',
      'There is no request object to be had at request_uri.',
      `the request object cannot be had: ${reason}`,
    )
  }
}

/** A refusal told to the client, by way of the browser. */
export class RedirectedError extends Error {
  override readonly name = 'RedirectedError'
  override readonly cause: OAuthError
  readonly target: ResponseTarget
  /** The user has just decided something about this very request, on a page that said where they would be sent. */
  readonly isAnswerOfUser: boolean

  constructor(target: ResponseTarget, cause: OAuthError, isAnswerOfUser = false) {
    super(cause.message)
    this.target = target
    this.cause = cause
    this.isAnswerOfUser = isAnswerOfUser
  }
}
