import type { FailedCheck } from '../protocol/error.ts'

/** What a handler adds to the one log line of its request. Never a token, code, secret, password or cookie. */
export interface RequestNotes {
  readonly clientId?: string
  /** Who the client says it is, where that was not proved. */
  readonly namedClientId?: string
  readonly apiKeyId?: string
  readonly grantType?: string
  readonly userId?: string
  /** By what somebody proved who they are (amr). */
  readonly methods?: string
  /** One word for what came of it, or the error code. */
  readonly outcome?: string
  /** Which check failed. */
  readonly reason?: string
  /** The same in a word, where it is counted by it (protocol/error.ts). */
  readonly check?: FailedCheck | undefined
  /** What was sent and what is registered (protocol/fact.ts). */
  readonly facts?: Readonly<Record<string, readonly string[]>>
}

/** Where they are kept: at the request itself, which is faster than a map of requests is to look into and to clear. */
const NOTES = Symbol('notes')

interface Noted {
  [NOTES]?: RequestNotes
}

/** Adds to the log line of a request; what was noted before stays unless named again. */
export const note = (request: object, added: RequestNotes): void => {
  const noted: Noted = request
  noted[NOTES] = { ...noted[NOTES], ...added }
}

export const notesOf = (request: object): RequestNotes => (request as Noted)[NOTES] ?? {}
