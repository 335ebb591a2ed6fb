import type { Parameters } from '../protocol/parameters.ts'
import { parseUiLocales } from '../protocol/prompt.ts'
import type { Asked } from './pending-request.ts'

/*
 * The languages that an application asked for (OIDC Core §3.1.2.1), beside the HTTP request that brought them: whatever
 * comes of it, an error before the rest of it was understood among it, is said in one of them.
 */
const noted = new WeakMap<object, readonly string[]>()

export const noteLanguages = (request: object, parameters: Pick<Parameters, 'get'>): void => {
  const languages = parseUiLocales(parameters.get('ui_locales'))
  if (languages.length > 0) noted.set(request, languages)
}

/** A device has nothing to say about the language of whoever allows it. */
export const noteLanguagesOf = (request: object, asked: Asked): void => {
  if (asked.from === 'browser') noteLanguages(request, asked.parameters)
}

export const notedLanguages = (request: object): readonly string[] => noted.get(request) ?? []
