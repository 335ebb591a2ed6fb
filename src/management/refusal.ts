/** One thing wrong with a request: where, and what. */
export interface Problem {
  /** As in the body: `redirect_uris.0.uri`. */
  readonly field: string
  readonly code: string
  readonly message: string
  /** The same in the words that WorkOS has for some: the field, and each fault under the name of its rule. */
  readonly property?: string
  readonly constraints?: Readonly<Record<string, string>>
}

export interface RefusalBody {
  readonly message: string
  readonly code?: string
  /** Of a status, in words; WorkOS has it where there is no code. */
  readonly error?: string
  readonly errors?: readonly (Problem | { readonly code: string; readonly message: string })[]
  readonly entity_id?: string
}

export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422

/** Why a request is not answered as asked, in the shapes of WorkOS. Thrown, so that a transaction rolls back. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  readonly status: RefusalStatus
  readonly body: RefusalBody

  constructor(status: RefusalStatus, body: RefusalBody) {
    super(body.message)
    this.status = status
    this.body = body
  }
}

export const badRequest = (code: string, message: string, errors?: RefusalBody['errors']): Refusal =>
  new Refusal(400, { message, code, ...(errors && { errors }) })

/** Without a word of why: whoever has no key learns nothing. */
export const unauthorized = (): Refusal => new Refusal(401, { message: 'Unauthorized' })

export const forbidden = (message: string, code?: string): Refusal =>
  new Refusal(403, { message, ...(code !== undefined && { code }) })

const LONGEST_SHOWN_ID = 128

/** @param thing as people say it: `Organization`, `Redirect URI`. */
export const notFound = (thing: string, id: string): Refusal => {
  const shown = id.slice(0, LONGEST_SHOWN_ID)
  return new Refusal(404, {
    message: `${thing} not found: '${shown}'.`,
    code: 'entity_not_found',
    entity_id: shown,
  })
}

export const conflict = (code: string, message: string): Refusal => new Refusal(409, { message, code })

export const invalid = (problems: readonly Problem[], code = 'invalid_request_parameters'): Refusal =>
  new Refusal(422, {
    message:
      problems
        .map(({ field, message }) => `${field}: ${message}`)
        .join(' ')
        .slice(0, 2_000) || 'Invalid.',
    code,
    errors: problems,
  })

/** The same for one field. */
export const invalidField = (field: string, code: string, message: string): Refusal =>
  invalid([{ field, code, message }])
