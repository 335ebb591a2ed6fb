import { expect, test } from 'vitest'
import { renderPage } from '../../src/html/html.ts'
import { Filled, fill, type Sentence } from '../../src/html/sentence.tsx'
import { standardScopeText, type Text, textFor } from '../../src/interaction/text/index.ts'
import { everyPage } from './every-page.tsx'

const english = textFor([])

/** Every string of the catalogue by its path. */
const entries = (value: object, path = ''): [string, string][] =>
  Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, string][] =>
    typeof item === 'string' ? [[`${path}${key}`, item]] : entries(item as object, `${path}${key}.`),
  )

/** The catalogue with each entry replaced by its own path and the places it has. */
const marked = <Value,>(value: Value, path = ''): Value =>
  Object.fromEntries(
    Object.entries(value as object).map(([key, item]) => [
      key,
      typeof item === 'string'
        ? `«${path}${key}»${item.match(/\{\w+\}/g)?.join('') ?? ''}`
        : marked(item, `${path}${key}.`),
    ]),
  ) as Value

/** Chosen by whoever calls the page, and so not found in it. */
const givenToPages =
  /^(errors|scopes|signIn\.errors|secondFactor\.errors|setUpFactor\.errors|device\.errors|emailCodes\.errors|identityProviders\.errors|accountPages\.notices|accountPages\.\w+\.errors|consent\.detailMembers|leaving\.problems)\.|^consent\.(yes|no|nothing)$|^selectOrganization\.noLongerMember$|^language\.|^(accountPasskeys|twoFactor)\.errors\.|^passkeys\.(unknown|refused|tooMany|tooManyAttempts|defaultName)$/

test('every entry is on some page, and no page says anything else', () => {
  const text: Text = { ...marked(english), language: english.language }
  const html = Object.values(everyPage((props) => (hasText(props) ? { ...props, text } : props)))
    .map(renderPage)
    .join('')
  const missing = entries(english).filter(([path]) => !givenToPages.test(path) && !html.includes(`«${path}»`))
  expect(missing).toEqual([])
  for (const [path, sentence] of entries(english))
    if (!givenToPages.test(path) && sentence.length > 12 && !sentence.includes('{'))
      expect(html).not.toContain(sentence)
})

const hasText = (props: unknown): props is { text: Text } => Object.hasOwn(props as object, 'text')

test('what developers are told, in English, is marked as such on an Arabic page, and read from left to right', () => {
  const text = textFor(['ar'])
  const page = everyPage((props) => (hasText(props) ? { ...props, text } : props))['error']
  const html = page ? renderPage(page) : ''
  expect(html).toContain('<html lang="ar" dir="rtl">')
  expect(html).toMatch(/<p id="reason"[^>]* lang="en" dir="ltr"><bdi>Not registered\./)
  // Of the facts every list, and what is missing in one of them in the language of the page again.
  expect(html.match(/<dl class="facts"[^>]*>/g)).toEqual(
    Array(3).fill('<dl class="facts" lang="en" dir="ltr">'),
  )
  expect(html).toContain(`<dd class="fact-none" lang="ar" dir="rtl">${text.failure.nothing}</dd>`)
})

test.each([
  [[], 'en'],
  [['en-GB'], 'en'],
  [['EN'], 'en'],
  [['xx-Latn-XX', 'en'], 'en'],
  [['xx', ''], 'en'],
])('for %j the language is %s', (wanted, tag) => {
  expect(textFor(wanted).language.tag).toBe(tag)
})

test('scopes of the standards have their words, others none', () => {
  expect(standardScopeText(english, 'offline_access')?.title).toBe('Stay connected when you are away')
  expect(standardScopeText(english, 'invoices:read')).toBeUndefined()
  expect(standardScopeText(english, 'toString')).toBeUndefined()
})

test('a sentence is filled as text and as content', () => {
  const sentence: Sentence<'who'> = 'Hello {who}, hello'
  expect(fill(sentence, { who: '<Ada> {who}' })).toBe('Hello <Ada> {who}, hello')
  expect(renderPage(<Filled sentence={sentence} values={{ who: <b>{'<Ada>'}</b> }} />)).toBe(
    '<!doctype html>Hello <bdi><b>&lt;Ada></b></bdi>, hello',
  )
})

test('a translation that lost its place does not compile', () => {
  // @ts-expect-error -- the place {application} is missing
  const sentence: Sentence<'application'> = 'Sign in to continue'
  // @ts-expect-error -- values must name the place
  fill(english.signIn.toContinueTo, { operator: 'Acme' })
  expect(sentence).toBeDefined()
})
