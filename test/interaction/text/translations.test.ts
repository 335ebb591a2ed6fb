import { describe, expect, test } from 'vitest'
import type { Plural } from '../../../src/html/plural.ts'
import { ago } from '../../../src/interaction/text/ago.ts'
import { languages, type Text, textFor } from '../../../src/interaction/text/index.ts'
import { mailLanguages, mailTextIn } from '../../../src/mail/text/index.ts'

/** What pages and mail say in a language, without what they say of it. */
const wordsOf = ({ language, ...pages }: Text): object => {
  const { language: _, ...mail } = mailTextIn(language.tag)
  return { ...pages, mail }
}

/** Every string of a language by its path. */
const entriesOf = (text: Text): Map<string, string> => new Map(entries(wordsOf(text)))

/** Of a sentence with a number there is the form that every language has; the test of plurals is about the others. */
const entries = (value: object, path = ''): [string, string][] =>
  Object.entries(isPlural(value) ? { other: value.other } : value).flatMap(
    ([key, item]: [string, unknown]): [string, string][] =>
      typeof item === 'string' ? [[`${path}${key}`, item]] : entries(item as object, `${path}${key}.`),
  )

const isPlural = (value: object): value is Plural => 'other' in value && typeof value.other === 'string'

const pluralsOf = (value: object, path = ''): [string, Plural][] =>
  isPlural(value)
    ? [[path, value]]
    : Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
        typeof item === 'object' && item !== null
          ? pluralsOf(item, path === '' ? key : `${path}.${key}`)
          : [],
      )

const placesOf = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort()

const [english, ...others] = languages
const originals = entriesOf(english)
const translations = others.map((text) => [text.language.tag, text] as const)

test('there are the languages that the documentation names, for pages and for mail', () => {
  expect(mailLanguages.map(({ language }) => language)).toEqual(languages.map(({ language }) => language))
  expect(languages.map(({ language }) => language.tag)).toEqual(['en', 'de', 'es', 'fr', 'ja', 'pt', 'ar'])
  expect(languages.filter(({ language }) => language.direction === 'rtl')).toEqual([textFor(['ar'])])
})

test.each([
  ['pt-PT', 'pt'],
  ['pt-BR', 'pt'],
  ['es-419', 'es'],
  ['es-MX', 'es'],
  ['ar-EG', 'ar'],
  ['de-Latn-CH', 'de'],
  ['fr-CA', 'fr'],
  ['ja-JP', 'ja'],
  ['zh', 'en'],
  ['zh-Hant-TW', 'en'],
  ['arz', 'en'],
])('RFC 4647 §3.4: whoever wants %s gets %s', (wanted, tag) => {
  expect(textFor([wanted]).language.tag).toBe(tag)
})

/** The same in both languages, and right in both. */
const sharedWords: Readonly<Record<string, readonly string[]>> = {
  de: ['Code', 'Details', 'Passkey', 'Passkeys'],
  es: ['Error: {page}', 'No'],
  fr: ['Code', 'Organisation', 'Actions', 'Sessions', 'Applications'],
  ja: [],
  pt: [],
  ar: [],
}

/** Names and examples, which are written like that wherever they are. */
const UNTRANSLATABLE = /\{\w+\}|OpenID Connect|JWKS|JavaScript|QR|Cookie|name@example\.com|BCDF-GHJK/g

/** No word of these languages, and in nearly every English sentence. */
const ENGLISH = /\b(the|you|your|this|with|and|it|is|not|what|go|from|again)\b/i

describe.each(translations)('%s', (tag, text) => {
  const translated = entriesOf(text)

  test('has every entry of English, and no other', () => {
    expect([...translated.keys()].sort()).toEqual([...originals.keys()].sort())
  })

  test('has the places of English in every sentence', () => {
    for (const [path, sentence] of translated)
      expect(placesOf(sentence), path).toEqual(placesOf(originals.get(path) ?? ''))
  })

  test('leaves nothing in English', () => {
    const left = [...translated].filter(
      ([path, sentence]) => sentence === originals.get(path) && !sharedWords[tag]?.includes(sentence),
    )
    expect(left).toEqual([])
    for (const [path, sentence] of translated)
      expect(sentence.replaceAll(UNTRANSLATABLE, ''), path).not.toMatch(ENGLISH)
  })
})

/** What English calls so, and the one name that each language has for it (docs/branding-and-languages.md). */
const names: Readonly<Record<string, readonly (readonly [english: RegExp, name: RegExp])[]>> = {
  de: [
    [/passkey/i, /Passkey/],
    [/recovery code/i, /Wiederherstellungs\u00ad?code/],
    [/authenticator app/i, /Authenticator-App/],
  ],
  es: [
    [/passkey/i, /llaves? de acceso/i],
    [/recovery code/i, /códigos? de recuperación/i],
    [/authenticator app/i, /aplicación de autenticación/i],
  ],
  fr: [
    [/passkey/i, /clés? d’accès/i],
    [/recovery code/i, /codes? de récupération/i],
    [/authenticator app/i, /application d’authentification/i],
  ],
  ja: [
    [/passkey/i, /パスキー/],
    [/recovery code/i, /リカバリーコード/],
    [/authenticator app/i, /認証アプリ/],
  ],
  pt: [
    [/passkey/i, /chaves? de acesso/i],
    [/recovery code/i, /códigos? de recuperação/i],
    [/authenticator app/i, /aplicação de autenticação/i],
  ],
  ar: [
    [/passkey/i, /مفتاح (ال)?مرور|مفاتيح المرور|مفتاح المرور/],
    [/recovery code/i, /(رمز|رموز) (ال)?استرداد/],
    [/authenticator app/i, /تطبيق (ال)?مصادقة/],
  ],
}

test.each(translations)('%s has one name for each thing that people may have', (tag, text) => {
  const translated = entriesOf(text)
  for (const [english, name] of names[tag] ?? []) {
    const about = [...originals].filter(([, sentence]) => english.test(sentence))
    expect(about.length).toBeGreaterThan(1)
    for (const [path] of about) expect(translated.get(path), path).toMatch(name)
  }
})

const everyLanguage = languages.map((text) => [text.language.tag, text] as const)

test.each(everyLanguage)('a sentence with a number has the forms that %s tells apart', (tag, text) => {
  const rules = new Intl.PluralRules(tag)
  const forms = [...new Set(Array.from({ length: 200 }, (_, count) => rules.select(count)))]
  for (const [path, plural] of pluralsOf(wordsOf(text))) {
    expect(Object.keys(plural).sort(), path).toEqual([...new Set([...forms, 'other'])].sort())
  }
})

test.each(everyLanguage)('no entry of %s is empty, padded or untidy', (_tag, text) => {
  for (const [path, sentence] of entriesOf(text)) {
    expect(sentence.replaceAll(/\{\w+\}/g, '').trim(), path).not.toBe('')
    expect(sentence, path).toBe(sentence.trim())
    expect(sentence, path).not.toMatch(/ {2}|\.\.\.| [,.]|['"]/)
  }
})

test('a title or a label ends without a full stop in every language, and a sentence with one', () => {
  const ending = /[.。?\uff1f\u061f!]$/
  // What introduces something ends with a colon, or as Japanese has it.
  const all = [...originals].filter(([, sentence]) => !sentence.endsWith(':'))
  for (const [tag, text] of translations) {
    const translated = entriesOf(text)
    for (const [path, sentence] of all)
      expect(ending.test(translated.get(path) ?? ''), `${tag} ${path}`).toBe(ending.test(sentence))
  }
})

test.each([
  ['ja', /^[^A-Za-z]*$/, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u],
  ['ar', /^[^A-Za-z]*$/, /\p{Script=Arabic}/u],
] as const)('%s is written in its own script', (tag, without, script) => {
  for (const [path, sentence] of entriesOf(textFor([tag]))) {
    const words = sentence.replaceAll(UNTRANSLATABLE, '')
    expect(words, path).toMatch(without)
    expect(words, path).toMatch(script)
  }
})

test('French has an unbreakable space before its high punctuation', () => {
  for (const [path, sentence] of entriesOf(textFor(['fr']))) {
    expect(sentence, path).not.toMatch(/[^\u00a0][?!;]|[^\u00a0]:(?!\/)/)
  }
})

test.each([
  ['en', 1, '1 minute ago'],
  ['en', 59, '59 minutes ago'],
  ['en', 60, '1 hour ago'],
  ['en', 24 * 60, 'yesterday'],
  ['en', 3 * 24 * 60 + 5, '3 days ago'],
  ['de', 5, 'vor 5 Minuten'],
  ['fr', 5, 'il y a 5 minutes'],
  ['pt', 1, 'há 1 minuto'],
  ['ja', 5, '5 分前'],
  ['ar', 1, 'قبل دقيقة واحدة'],
  ['ar', 2, 'قبل دقيقتين'],
] as const)('in %s what happened %i minutes ago was “%s”', (tag, minutes, expected) => {
  expect(ago(textFor([tag]).language, minutes)).toBe(expected)
})
