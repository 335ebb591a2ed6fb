import { ar } from './ar/index.ts'
import { de } from './de/index.ts'
import { en } from './en/index.ts'
import { es } from './es/index.ts'
import { fr } from './fr/index.ts'
import { ja } from './ja/index.ts'
import { pt } from './pt/index.ts'
import type { ScopeText, StandardScope, Text } from './text.ts'

export type { ErrorText, ScopeText, StandardScope, Text } from './text.ts'

/** Every language we have; the first is spoken to whoever understands none of them. */
export const languages: readonly [Text, ...Text[]] = [en, de, es, fr, ja, pt, ar]

/**
 * The text in the first of the wanted languages that we have.
 *
 * @param wanted BCP 47 tags in order of preference (OIDC Core §3.1.2.1 `ui_locales`, or `Accept-Language`)
 */
export const textFor = (wanted: readonly string[], among = languages): Text => {
  for (const tag of wanted) {
    for (const range of rangesOf(tag)) {
      const found = among.find((text) => text.language.tag.toLowerCase() === range)
      if (found) return found
    }
  }
  return among[0]
}

/** RFC 5646 §4.4.1: room for 35 characters is enough for any tag but those with private extensions. */
const MAXIMUM_TAG_LENGTH = 35
const LANGUAGE_TAG = /^[a-z]{1,8}(-[a-z0-9]{1,8}){0,7}$/

/**
 * RFC 4647 §3.4: the whole tag, then ever less of it. None of what is no tag: anybody can send any text as one, and
 * is not to keep the server busy with it.
 */
export const rangesOf = (tag: string): readonly string[] => {
  if (tag.length > MAXIMUM_TAG_LENGTH) return []
  const whole = tag.toLowerCase()
  if (!LANGUAGE_TAG.test(whole)) return []
  const ranges = [whole]
  for (let end = whole.lastIndexOf('-'); end > 0; end = whole.lastIndexOf('-', end - 1)) {
    const range = whole.slice(0, end)
    // RFC 4647 §3.4: a single letter only introduces what comes after it, and goes along with that.
    if (range.at(-2) !== '-') ranges.push(range)
  }
  return ranges
}

/** What a scope of the standards means to people; undefined for the operator's own, which bring their description. */
export const standardScopeText = (text: Text, scope: string): ScopeText | undefined =>
  Object.hasOwn(text.scopes, scope) ? text.scopes[scope as StandardScope] : undefined
