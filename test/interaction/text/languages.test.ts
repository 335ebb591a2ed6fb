import type { FastifyRequest } from 'fastify'
import { describe, expect, test } from 'vitest'
import { createSite, wantedLanguages } from '../../../src/interaction/site.ts'
import { languages, rangesOf, type Text, textFor } from '../../../src/interaction/text/index.ts'

describe('the ranges of a language tag', () => {
  test('RFC 4647 §3.4: the whole tag, then ever less of it', () => {
    expect(rangesOf('zh-Hant-CN')).toEqual(['zh-hant-cn', 'zh-hant', 'zh'])
    expect(rangesOf('en')).toEqual(['en'])
  })

  test('RFC 4647 §3.4: a single letter goes along with what it introduces', () => {
    expect(rangesOf('zh-Hant-CN-x-private1')).toEqual([
      'zh-hant-cn-x-private1',
      'zh-hant-cn',
      'zh-hant',
      'zh',
    ])
  })

  test.each(['', '-', 'en-', '-en', 'en--GB', 'en_GB', '*', 'englisch2', 'ｅｎ'])(
    '%j is no tag, and has none',
    (tag) => {
      expect(rangesOf(tag)).toEqual([])
    },
  )

  test.each([
    ['-'.repeat(15_000)],
    ['a-'.repeat(7_500)],
    [`${'a-'.repeat(7_500)}a`],
    [`en${'-abcdefgh'.repeat(4)}`],
  ])('RFC 5646 §4.4.1: a text of more than 35 characters is none', (text) => {
    expect(text.length).toBeGreaterThan(35)
    expect(rangesOf(text)).toEqual([])
    expect(textFor([text]).language.tag).toBe('en')
  })
})

describe('Accept-Language', () => {
  test('RFC 9110 §12.5.4: languages by descending weight, those of weight 0 not at all', () => {
    expect(wantedLanguages('da, en-GB;q=0.8, en;q=0.7, fr;q=0, de;q=0.9')).toEqual([
      'da',
      'de',
      'en-GB',
      'en',
    ])
    expect(wantedLanguages(undefined)).toEqual([])
    expect(wantedLanguages('')).toEqual([])
  })

  test('of more languages than anybody reads the first ten count', () => {
    const header = Array.from({ length: 40 }, (_, index) => `l${'abcdefghij'[index % 10]}`).join(',')
    expect(wantedLanguages(header)).toHaveLength(10)
    expect(wantedLanguages(`${','.repeat(100)}en`)).toEqual([])
  })

  test('longer than a kilobyte is nobody’s, and is not taken apart', () => {
    for (const piece of ['-', ',', ';', 'en,', 'a;q=1,', 'a;'.repeat(3), ' ']) {
      expect(wantedLanguages(piece.repeat(15_000 / piece.length))).toEqual([])
    }
  })
})

describe('the language of a page', () => {
  const [english] = languages
  const inLanguage = (tag: string): Text => ({ ...english, language: { tag, direction: 'ltr' } })
  const site = createSite({
    environment: {
      latest: () => ({ settings: { termsUrl: null, privacyUrl: null }, brandImages: {} }),
    } as unknown as Parameters<typeof createSite>[0]['environment'],
    stylesheet: { path: '/assets/style.css', content: '' },
    formPostScript: { path: '/assets/form-post.js', content: '' },
    signedOutScript: { path: '/assets/signed-out.js', content: '' },
    passkeyScript: { path: '/assets/passkey.js', content: '' },
    languages: [english, inLanguage('de'), inLanguage('pt-BR')],
  })
  const languageOf = (uiLocales: readonly string[], acceptLanguage?: string) =>
    site.frame({ headers: { 'accept-language': acceptLanguage } } as FastifyRequest, uiLocales).text.language
      .tag

  test.each([
    ['ui_locales comes before Accept-Language', ['de'], 'pt-BR', 'de'],
    ['the first that we have counts', ['fr-CA', 'fr', 'pt-BR', 'de'], 'de', 'pt-BR'],
    ['a region that we do not have is none', ['de-CH'], undefined, 'de'],
    ['where we have none of them, the browser is asked', ['fr', 'x', '', '*'], 'de;q=0.5, fr', 'de'],
    ['and where that knows none either, it is English', ['fr'], 'it', 'en'],
    ['English that is asked for is English', ['en'], 'de', 'en'],
  ] as const)('OIDC Core §3.1.2.1: %s', (_what, uiLocales, acceptLanguage, expected) => {
    expect(languageOf(uiLocales, acceptLanguage)).toBe(expected)
  })
})
