import { parseLine, parseText } from '../protocol/printable-text.ts'
import { redirectUriProblem } from '../protocol/redirect-uri.ts'
import { isStandardScope } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import type { RegisteredUri } from '../storage/stores/clients.ts'

/*
 * What the parts of an application must be. The table checks the same (migrations/0001-foundation.ts); here each fault
 * has a name, so that whoever registers learns all of them at once.
 */

const MAXIMUM_NAME_LENGTH = 255
const MAXIMUM_DESCRIPTION_LENGTH = 1000
const MAXIMUM_REDIRECT_URIS = 50
const MAXIMUM_REDIRECT_URI_LENGTH = 2048

export interface NewRedirectUri {
  readonly uri: string
  readonly isDefault?: boolean | undefined
}

/** A fault of one field, under its name in the management API. */
export interface RegistrationProblem {
  readonly field:
    | 'name'
    | 'description'
    | `scopes.${number}`
    | 'redirect_uris'
    | `redirect_uris.${number}.${'uri' | 'default'}`
    | 'organization_id'
    | 'uses_pkce'
  readonly code:
    | 'name_invalid'
    | 'description_invalid'
    | 'scope_unknown'
    | 'redirect_uri_invalid'
    | 'redirect_uri_repeated'
    | 'redirect_uris_not_allowed'
    | 'too_many_redirect_uris'
    | 'several_defaults'
    | 'sector_required'
    | 'organization_required'
    | 'organization_not_allowed'
    | 'pkce_required'
  readonly message: string
}

type Checked<T> = { readonly value: T } | { readonly problem: RegistrationProblem }

export const checkedName = (text: string): Checked<string> => {
  const value = parseLine(text, MAXIMUM_NAME_LENGTH)
  return value === undefined ? { problem: nameInvalid } : { value }
}

/** An empty one is none. */
export const checkedDescription = (text: string): Checked<string | null> => {
  const value = parseText(text, MAXIMUM_DESCRIPTION_LENGTH)
  return value === undefined ? { problem: descriptionInvalid } : { value: value === '' ? null : value }
}

const nameInvalid: RegistrationProblem = {
  field: 'name',
  code: 'name_invalid',
  message: `A name has 1 to ${MAXIMUM_NAME_LENGTH} characters and no control characters.`,
}

const descriptionInvalid: RegistrationProblem = {
  field: 'description',
  code: 'description_invalid',
  message: `A description has at most ${MAXIMUM_DESCRIPTION_LENGTH} characters and no control characters.`,
}

export const redirectUriProblems = (redirectUris: readonly NewRedirectUri[]): RegistrationProblem[] => {
  if (redirectUris.length > MAXIMUM_REDIRECT_URIS) {
    const message = `At most ${MAXIMUM_REDIRECT_URIS} are possible.`
    return [{ field: 'redirect_uris', code: 'too_many_redirect_uris', message }]
  }
  const seen = new Set<string>()
  let hasDefault = false
  return redirectUris.flatMap(({ uri, isDefault = false }, index): RegistrationProblem[] => {
    const problems: RegistrationProblem[] = []
    const fault = uri.length > MAXIMUM_REDIRECT_URI_LENGTH ? 'is too long' : redirectUriProblem(uri)
    const shown = uri.slice(0, 200)
    const field = `redirect_uris.${index}.uri` as const
    if (fault) problems.push({ field, code: 'redirect_uri_invalid', message: `${shown} ${fault}.` })
    else if (seen.has(uri)) {
      problems.push({ field, code: 'redirect_uri_repeated', message: `${shown} is listed more than once.` })
    }
    if (isDefault && hasDefault) {
      const message = 'At most one can be the default.'
      problems.push({ field: `redirect_uris.${index}.default`, code: 'several_defaults', message })
    }
    seen.add(uri)
    hasDefault ||= isDefault
    return problems
  })
}

/** The first is the default unless another was chosen. */
export const withOneDefault = (redirectUris: readonly NewRedirectUri[]): RegisteredUri[] => {
  const chosen = redirectUris.findIndex(({ isDefault }) => isDefault)
  return redirectUris.map(({ uri }, index) => ({ uri, isDefault: index === Math.max(chosen, 0) }))
}

export const scopeProblems = async (
  { permissions }: Pick<Stores, 'permissions'>,
  scopes: readonly string[],
): Promise<RegistrationProblem[]> => {
  const slugs = [...new Set(scopes)].filter((scope) => !isStandardScope(scope))
  // Held until the end of the transaction: whoever deletes one meanwhile finds it in this application.
  const known = new Set((await permissions.hold(slugs)).map(({ slug }) => slug))
  return slugs
    .filter((slug) => !known.has(slug))
    .map((slug) => ({
      field: `scopes.${scopes.indexOf(slug)}`,
      code: 'scope_unknown',
      message: `There is no permission ${slug.slice(0, 100)}.`,
    }))
}
