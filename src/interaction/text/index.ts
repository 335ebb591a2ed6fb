import { en } from './en.ts'
import type { ScopeText, StandardScope, Text } from './text.ts'

export type { ErrorText, ScopeText, StandardScope, Text } from './text.ts'

/** Every language we have; the first is spoken to whoever understands none of them. */
const languages: readonly [Text, ...Text[]] = [en]

/**
 * The text in the first of the wanted languages that we have.
 *
 * @param wanted BCP 47 tags in order of preference (OIDC Core §3.1.2.1 `ui_locales`, or `Accept-Language`)
 */
export const textFor = (wanted: readonly string[]): Text => {
  for (const tag of wanted) {
    // RFC 4647 §3.4: try the whole tag, then ever less of it.
    for (let range = tag.toLowerCase(); range !== ''; range = range.replace(/(^|-)[^-]*$/, '')) {
      const found = languages.find((text) => text.language.tag.toLowerCase() === range)
      if (found) return found
    }
  }
  return languages[0]
}

/** What a scope of the standards means to people; undefined for the operator's own, which bring their description. */
export const standardScopeText = (text: Text, scope: string): ScopeText | undefined =>
  Object.hasOwn(text.scopes, scope) ? text.scopes[scope as StandardScope] : undefined
