import { invalidRequest } from './error.ts'

/** OIDC Core §3.1.2.1; the last of Initiating User Registration via OpenID Connect §4. */
export const prompts = ['none', 'login', 'consent', 'select_account', 'create'] as const
export type Prompt = (typeof prompts)[number]

/**
 * OIDC Core §3.1.2.1: pages fit into a window of any size, and under a finger. Another value of `display` is as good as
 * none, since no error is foreseen for it.
 */
export const displays = ['page', 'popup', 'touch'] as const

/**
 * The values of `prompt`.
 *
 * @param supported of the values that are known.
 * @throws OAuthError invalid_request for another value, or `none` beside one.
 */
export const parsePrompt = (text: string | undefined, supported: readonly Prompt[]): Prompt[] => {
  const values = (text ?? '').split(' ').filter((value) => value !== '')
  const known = values.filter((value): value is Prompt => (prompts as readonly string[]).includes(value))
  if (known.length !== values.length)
    throw invalidRequest('The prompt parameter has an unknown value.', 'prompt')
  // Prompt Create §4.1: a value that is not supported is an error, which names it.
  const unsupported = known.find((value) => !supported.includes(value))
  if (unsupported !== undefined)
    throw invalidRequest(`prompt=${unsupported} is not supported here.`, `prompt ${unsupported}`)
  // OIDC Core §3.1.2.1: none with any other value is an error.
  if (known.includes('none') && known.length > 1) {
    throw invalidRequest('prompt=none cannot be combined with other values.', 'prompt none combined')
  }
  return known
}

/**
 * Seconds since the user last proved who they are, at most.
 *
 * @throws OAuthError invalid_request unless a whole number of seconds.
 */
export const parseMaxAge = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw invalidRequest('max_age must be a whole number of seconds.', 'max_age')
  return Number(text)
}

/** A list longer than this nobody means, and each tag is looked for among our languages. */
const MAXIMUM_LOCALES = 10

/** The values of `ui_locales`: language tags by preference. OIDC Core §3.1.2.1: none of them is ever an error. */
export const parseUiLocales = (text: string | undefined): string[] =>
  (text ?? '').split(' ', MAXIMUM_LOCALES).filter((tag) => tag !== '')
