import { describe, expect, test } from 'vitest'
import { type Html, renderPage } from '../../src/html/html.ts'
import { Consent } from '../../src/interaction/pages/consent.tsx'
import { SelectOrganization } from '../../src/interaction/pages/select-organization.tsx'
import { SignInEmail } from '../../src/interaction/pages/sign-in-email.tsx'
import { SignInPassword } from '../../src/interaction/pages/sign-in-password.tsx'
import { consent, everyPage, selectOrganization, signInEmail, signInPassword } from './every-page.tsx'

const pages = Object.entries(everyPage()).map(([name, page]) => [name, renderPage(page)] as const)
const hostile = `<script>alert(1)</script>"><img src=x onerror=alert(1)> ' & </title>`

/** The same data with something appended to every string in it, but for words that only we write. */
const append = <Value,>(value: Value, suffix: string): Value => {
  if (typeof value === 'string') return `${value}${suffix}` as Value
  if (Array.isArray(value)) return value.map((item) => append(item, suffix)) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      ['language', 'origin'].includes(key) ? item : append(item, suffix),
    ]),
  ) as Value
}

/** Elements and attribute names, without any text. */
const skeleton = (html: string): string[] =>
  [...html.matchAll(/<(?:"[^"]*"|[^">])*>/g)].map(([tag]) => tag.replaceAll(/="[^"]*"/g, ''))

const attribute = (html: string, id: string, name: string): string | undefined =>
  new RegExp(`<[^>]*\\bid="${id}"[^>]*>`).exec(html)?.[0].match(new RegExp(`\\b${name}="([^"]*)"`))?.[1]

describe.each(pages)('%s', (name, html) => {
  test('takes no markup from its data', () => {
    const poisoned = renderPage(everyPage((props) => append(props, hostile))[name] as never)
    expect(skeleton(poisoned)).toEqual(skeleton(html))
    // The elements are those of before: of a script there is none, or our own.
    expect(poisoned).not.toContain('<script>')
    expect(poisoned).not.toContain('<img src=x')
    expect(poisoned).toContain('&lt;script>alert(1)&lt;/script>&quot;>')
  })

  test('asks for nothing that the content security policy forbids', () => {
    for (const tag of skeleton(html)) {
      expect(tag).not.toMatch(/^<(style|object|embed|base)\b/)
      const hasFrames = name.includes('with frames')
      const hasScript = name === 'form-post' || hasFrames || html.includes(' data-passkey=')
      // Their own policies allow them a script of ours, from a file, frames of applications, and mail in a frame.
      if (hasScript && /^<script\b/.test(tag)) expect(tag).toBe('<script src defer>')
      else expect(tag).not.toMatch(/^<script\b/)
      if (hasFrames && /^<iframe\b/.test(tag))
        expect(tag).toBe('<iframe src title hidden sandbox referrerpolicy>')
      else if (name === 'development mail' && /^<iframe\b/.test(tag))
        expect(tag).toBe('<iframe class sandbox src title loading>')
      else expect(tag).not.toMatch(/^<iframe\b/)
      expect(tag).not.toMatch(/\s(style|on\w+)\b/)
    }
  })

  test('is a document with a language, a title and one heading of the first level', () => {
    expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr">/)
    expect(html).toMatch(/<title>[^<]+ · Northwind<\/title>/)
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(html.match(/<main/g)).toHaveLength(1)
  })

  test('uses an id once, and refers only to ids that exist', () => {
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, names = ''] of html.matchAll(/\s(?:for|aria-describedby|aria-labelledby)="([^"]*)"/g))
      for (const id of names.split(' ')) expect(ids).toContain(id)
  })

  test('has forms that all post and carry the CSRF token', () => {
    const forms = html.split('<form').slice(1)
    for (const form of forms) {
      expect(form).toMatch(/^[^>]* method="post"/)
      // It is sent to the application, which has no business with the token.
      if (name === 'form-post' || name === 'leaving by a form') {
        expect(form).not.toContain('csrf')
        continue
      }
      expect(form).toContain('<input type="hidden" name="csrf_token" value="csrf"/>')
      // Opened by themselves: there is no request yet.
      if (!/^(home|device|account)/.test(name)) expect(form).toContain('name="request" value="sealed"')
    }
  })
})

test('an error stands beside its field and is bound to it, before what else is to be heard with it', () => {
  for (const [field, html, alsoHeard] of [
    ['email', renderPage(<SignInEmail {...signInEmail} />), ''],
    ['password', renderPage(<SignInPassword {...signInPassword} />), ' linking'],
  ] as const) {
    expect(attribute(html, field, 'aria-invalid')).toBe('true')
    expect(attribute(html, field, 'aria-describedby')).toBe(`${field}-error${alsoHeard}`)
    expect(html).toMatch(new RegExp(`id="${field}-error"[^>]*>.*?</p>`))
    expect(html).toMatch(/id="form-error"[^>]*role="alert"/)
    expect(html).toContain('<title>Error: Sign in to continue to Acme Notes')
  }
})

test('sign-in keeps the ids and hints that password managers hold on to', () => {
  const first = renderPage(<SignInEmail {...signInEmail} />)
  expect(attribute(first, 'email', 'autocomplete')).toBe('username')
  expect(attribute(first, 'email', 'value')).toBe('ada@northwind')
  const second = renderPage(<SignInPassword {...signInPassword} />)
  // Whose password it is, for the password manager: the same page must say both.
  expect(attribute(second, 'username', 'autocomplete')).toBe('username')
  expect(attribute(second, 'username', 'value')).toBe('ada@northwind.example')
  expect(attribute(second, 'password', 'autocomplete')).toBe('current-password')
  expect(attribute(second, 'password', 'value')).toBeUndefined()
  expect(attribute(second, 'sign-in', 'type')).toBe('submit')
})

test.each([
  ['email', <SignInEmail key="email" {...signInEmail} />],
  ['password', <SignInPassword key="password" {...signInPassword} />],
])('the cursor is in the field of the page: %s', (focused, element) => {
  const html = renderPage(element)
  expect(html.match(/<input[^>]* autofocus[^>]*>/g)).toHaveLength(1)
  expect(html).toMatch(new RegExp(`<input[^>]*id="${focused}"[^>]* autofocus`))
})

test('each organization is a button that sends its id', () => {
  const html = renderPage(<SelectOrganization {...selectOrganization} />)
  for (const { id } of selectOrganization.organizations)
    expect(html).toMatch(new RegExp(`<button type="submit"[^>]* name="organization_id" value="${id}"`))
  expect(attribute(html, 'use-another-account', 'type')).toBe('submit')
})

test('allow and deny differ in nothing but what they say', () => {
  const html = renderPage(<Consent {...consent} />)
  for (const decision of ['allow', 'deny']) {
    expect(attribute(html, decision, 'name')).toBe('decision')
    expect(attribute(html, decision, 'value')).toBe(decision)
  }
  expect(attribute(html, 'allow', 'class')).toBe(attribute(html, 'deny', 'class'))
})

test('consent offers another organization only where there is one', () => {
  const { changeOrganizationAction: _, ...only } = consent
  expect(renderPage(<Consent {...consent} />)).toContain('id="change-organization"')
  expect(renderPage(<Consent {...only} />)).not.toContain('id="change-organization"')
})

test('a string is not a page', () => {
  // @ts-expect-error -- only renderPage makes Html
  const html: Html = '<p>'
  // @ts-expect-error -- text is not a tree of elements
  expect(() => renderPage('<p>')).not.toThrow()
  expect(html).toBe('<p>')
})
