import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'
import { askedFor, linkOf, signIn } from '../support/follow-authorization.ts'
import { issuingNothing, open } from '../support/relying-party.ts'
import { csrfTokenOn, noticeOn, post, signedInAt, textIn } from './account-room.ts'

let app: TestApp
let user: TestUser
beforeAll(async () => {
  const limits = { windowSeconds: 60, perEmail: 1000, perAddress: 1000 }
  app = await startTestApp({ overrides: { signInLimits: limits } })
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const sections = [
  '/account',
  '/account/security',
  '/account/sessions',
  '/account/applications',
  '/account/password',
]

describe('the pages of the account', () => {
  test.each(sections)('%s: whoever is not signed in signs in and comes back', async (path) => {
    const first = await open(app.issuer + path)
    expect(first.status).toBe(303)
    expect(first.location).toMatch(/^\/sign-in\?request=account/)
    await signedInAt(app, user, path)
  })

  test('say why a password is asked for again, where somebody is signed in already', async () => {
    const { browser, visited } = await signedInAt(app, user, '/account/password')
    expect((await createBrowser(app.issuer).get('/account/password')).body).not.toContain('id="once-more"')
    app.clock.advance(601)
    const again = await browser.get('/account/password')
    expect([again.url.pathname, askedFor(again)]).toEqual(['/sign-in', user.email])
    expect(textIn(again, 'once-more')).toBe(
      'You signed in a while ago. To go on, confirm that it is still you.',
    )
    expect(again.body).toMatch(/<input[^>]* id="password"[^>]* aria-describedby="once-more"/)
    // A form that was sent too late is answered in the same way, and somebody else is not told.
    const late = await browser.submit(visited, { current_password: user.password, new_password: 'x' })
    expect(textIn(late, 'once-more')).toContain('still you')
    const other = await browser.get(linkOf(late, 'use-another-account'))
    expect(other.body).not.toContain('id="once-more"')
    const typed = await browser.submit(other, { email: 'somebody.else@example.com' })
    expect(typed.body).not.toContain('id="once-more"')
    expect((await signIn(browser, again, user)).url.pathname).toBe('/account/password')
  })

  test('OWASP ASVS 5 §1.2.2: nobody is sent to an address that a link brings along', async () => {
    for (const request of [
      'https://evil.example',
      '//evil.example',
      '/account',
      'account/../..',
      '__proto__',
      'constructor',
      'toString',
    ]) {
      const { status, location } = await open(`${app.issuer}/sign-in?${new URLSearchParams({ request })}`)
      expect({ status, location }, request).toEqual({ status: 400, location: null })
    }
  })

  test('home leads to the account, and the account to home without a session', async () => {
    const { browser } = await signedInAt(app, user)
    expect((await browser.get('/')).body).toMatch(/<a id="account"[^>]* href="\/account"/)
    const out = await browser.submit(await browser.get('/account/sessions'), {})
    expect(out.url.pathname).toBe('/')
    expect(out.body).toMatch(/<a id="account"[^>]* href="\/account"/)
    expect((await browser.get('/account')).url.pathname).toBe('/sign-in')
  })

  test('take the forms of a browser that has kept its session alone: the other cookie has an end of its own', async () => {
    const { browser } = await signedInAt(app, user)
    ;(browser.cookies as Map<string, string>).delete('latchkey_browser')
    const saved = await browser.submit(await browser.get('/account'), { first_name: 'Ada' })
    expect([saved.status, noticeOn(saved)]).toEqual([200, 'Your profile has been saved.'])
  })

  test('each says where it is, and is not kept by the browser', async () => {
    const { browser } = await signedInAt(app, user)
    for (const path of sections) {
      const { headers, body } = await browser.get(path)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(body.match(/aria-current="page"/g)).toHaveLength(1)
    }
  })
})

describe('OWASP ASVS 5 §3.5.1: a form of the account', () => {
  const forms = [
    ['/account', { name: 'Somebody Else' }],
    ['/account/sessions', { end: 'others' }],
    [
      '/account/password',
      { current_password: 'correct horse battery staple', new_password: 'a new one, longer' },
    ],
    ['/account/applications/app_consent_00000000000000000000000000', { decision: 'remove' }],
  ] as const

  test.each(forms)(
    '%s is refused without its token, with a foreign one and from elsewhere',
    async (path, form) => {
      const { browser, visited } = await signedInAt(app, user)
      const own = csrfTokenOn(visited)
      const foreign = csrfTokenOn((await signedInAt(app, user)).visited)
      const ours = { origin: app.issuer, 'sec-fetch-site': 'same-origin' }
      const before = await app.stores.users.byId(user.id)
      await issuingNothing(app, async () => {
        for (const [token, headers] of [
          [undefined, ours],
          ['', ours],
          [foreign, ours],
          [own, { origin: 'https://evil.example' }],
          [own, { 'sec-fetch-site': 'cross-site' }],
        ] as const) {
          const sent = await post(
            app,
            browser,
            path,
            { ...form, ...(token !== undefined && { csrf_token: token }) },
            headers,
          )
          expect(sent.status).toBe(403)
        }
      })
      expect(await app.stores.users.byId(user.id)).toEqual(before)
    },
  )

  test('of somebody who has signed out meanwhile does nothing, and leads to the page anew', async () => {
    const { browser, visited } = await signedInAt(app, user)
    await browser.submit(await browser.get('/'), {})
    const after = await browser.submit(visited, { name: 'Overtaken' })
    expect(after.url.pathname).toBe('/sign-in')
    const again = await signIn(browser, after, user)
    expect(again.url.pathname).toBe('/account')
    expect(again.body).not.toContain('Overtaken')
  })
})

describe('OWASP ASVS 5 §7.5.1: what changes how somebody signs in', () => {
  test('is for whoever has signed in within ten minutes; others sign in again, as themselves, and come back', async () => {
    const { browser } = await signedInAt(app, user)
    // The clock goes on by itself: a loaded machine may take seconds for a page.
    app.clock.advance(570)
    expect((await browser.get('/account/password')).url.pathname).toBe('/account/password')
    app.clock.advance(31)
    const asked = await browser.get('/account/password')
    expect({ path: asked.url.pathname, who: askedFor(asked) }).toEqual({ path: '/sign-in', who: user.email })
    const back = await signIn(browser, asked, user)
    expect({ path: back.url.pathname, status: back.status }).toEqual({
      path: '/account/password',
      status: 200,
    })
    expect((await browser.get('/account')).status).toBe(200)
  })

  test('is asked for once more where the form was sent too late', async () => {
    const { browser } = await signedInAt(app, user)
    await signedInAt(app, user)
    const page = await browser.get('/account/sessions')
    app.clock.advance(601)
    const asked = await issuingNothing(app, () => browser.submit(page, { end: 'others' }), ['consent'])
    expect({ path: asked.url.pathname, who: askedFor(asked) }).toEqual({ path: '/sign-in', who: user.email })
    // Whoever goes back has not signed in again.
    expect(noticeOn(await browser.get('/account/sessions'))).toBe('')
    const back = await signIn(browser, asked, user)
    expect(back.url.pathname).toBe('/account/sessions')
    expect(noticeOn(back)).toContain('Nothing has been changed yet')
    expect(noticeOn(await browser.get('/account/sessions'))).toBe('')
  })
})

test('a notice that a stranger wrote is not shown', async () => {
  const { browser } = await signedInAt(app, user)
  const cookie = [...browser.cookies, ['latchkey_notice', 'constructor']]
    .map((pair) => pair.join('='))
    .join('; ')
  const page = await open(`${app.issuer}/account`, { cookie })
  expect(page.status).toBe(200)
  expect(page.body).not.toContain('id="notice"')
  expect(createBrowser(app.issuer).cookies.size).toBe(0)
})
