import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import { issuingNothing } from '../support/relying-party.ts'
import { noticeOn, signedInAt, textIn } from './account-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 8, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const NEXT = 'four words nobody guesses'

const isSignedIn = async (browser: TestBrowser): Promise<boolean> =>
  (await browser.get('/account')).url.pathname === '/account'

const canSignIn = async (user: TestUser, password: string): Promise<boolean> => {
  const browser = createBrowser(app.issuer)
  const visited = await signIn(browser, await browser.get('/account'), { ...user, password })
  return visited.url.pathname === '/account'
}

describe('a user who is signed in', () => {
  test('changes the password by the current one; other browsers are signed out, this one is not', async () => {
    const user = await app.fixtures.user()
    const elsewhere = await signedInAt(app, user)
    const { browser, visited } = await signedInAt(app, user, '/account/password')
    expect(visited.body).toMatch(/<input[^>]*id="end_others"[^>]* checked/)
    const done = await browser.submit(visited, {
      current_password: user.password,
      new_password: NEXT,
      end_others: 'yes',
    })
    expect({ path: done.url.pathname, notice: noticeOn(done) }).toEqual({
      path: '/account/security',
      notice: 'Your password has been changed.',
    })
    expect([await isSignedIn(browser), await isSignedIn(elsewhere.browser)]).toEqual([true, false])
    expect([await canSignIn(user, user.password), await canSignIn(user, NEXT)]).toEqual([false, true])
    const told = await eventsOf(app, user.id, ['user.password_changed'])
    expect(told).toMatchObject([{ actor: { type: 'user', id: user.id }, data: { ip_address: '127.0.0.1' } }])
    expect(JSON.stringify([told, app.logLines])).not.toContain(NEXT)
  })

  test('keeps other browsers signed in where they say so', async () => {
    const user = await app.fixtures.user()
    const elsewhere = await signedInAt(app, user)
    const { browser, visited } = await signedInAt(app, user, '/account/password')
    const done = await browser.submit(visited, {
      current_password: user.password,
      new_password: NEXT,
      end_others: '',
    })
    expect(done.url.pathname).toBe('/account/security')
    expect(await isSignedIn(elsewhere.browser)).toBe(true)
  })

  test('has it refused by the rules for passwords, beside the field', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user, '/account/password')
    await issuingNothing(app, async () => {
      for (const [new_password, words] of [
        ['', 'Enter a new password'],
        ['short', 'at least 8'],
        ['password1', 'Many people'],
        [user.email, 'email address'],
        ['x'.repeat(257), 'at most 256'],
      ] as const) {
        const refused = await browser.submit(visited, { current_password: user.password, new_password })
        expect(refused.status).toBe(422)
        expect(textIn(refused, 'new_password-error')).toContain(words)
        expect(refused.body).not.toMatch(/<input type="password"[^>]* value=/)
      }
    })
    const missing = await browser.submit(visited, { current_password: '', new_password: NEXT })
    expect(textIn(missing, 'current_password-error')).toContain('Enter your current password')
    expect(await canSignIn(user, user.password)).toBe(true)
  })

  test('does not change it for the same, however the keyboard composes it', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user, '/account/password')
    const change = (current_password: string, new_password: string) =>
      browser.submit(visited, { current_password, new_password, end_others: '' })
    expect((await change(user.password, 'f\u00fcnf einfache W\u00f6rter')).status).toBe(200)
    for (const same of ['f\u00fcnf einfache W\u00f6rter', 'fu\u0308nf einfache Wo\u0308rter']) {
      const refused = await change('f\u00fcnf einfache W\u00f6rter', same)
      expect(refused.status).toBe(422)
      expect(textIn(refused, 'new_password-error')).toContain('your current password')
    }
    // Whether it is theirs is said first.
    const wrong = await change('a wrong guess', 'a wrong guess')
    expect(textIn(wrong, 'current_password-error')).toContain('not your current password')
    expect(await eventsOf(app, user.id, ['user.password_changed'])).toHaveLength(1)
  })

  test('OWASP ASVS 5 §6.3.1: guesses at the current one count as those of a sign-in do', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user, '/account/password')
    const guess = () => browser.submit(visited, { current_password: 'a wrong guess', new_password: NEXT })
    const statuses: number[] = []
    for (let attempt = 0; attempt < 10; attempt++) statuses.push((await guess()).status)
    expect(statuses.at(0)).toBe(422)
    expect(statuses.at(-1)).toBe(429)
    const right = await browser.submit(visited, { current_password: user.password, new_password: NEXT })
    expect(right.status).toBe(429)
    expect(right.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await eventsOf(app, user.id, ['user.password_changed'])).toEqual([])
  })

  test('OWASP ASVS 5 §6.3.1: sets a first one no more often than passwords are tried from their network', async () => {
    const signInLimits = { windowSeconds: 60, perEmail: 8, perAddress: 2 }
    await using busy = await startTestApp({ overrides: { signInLimits } })
    const user = await busy.fixtures.user()
    const { browser } = await signedInAt(busy, user)
    await busy.stores.users.update(user.id, { passwordHash: null })
    const page = await browser.get('/account/password')
    const other = createBrowser(busy.issuer)
    await signIn(other, await other.get('/account'), { ...user, password: 'a wrong guess' })
    const refused = await browser.submit(page, { new_password: NEXT })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await busy.stores.users.byId(user.id))?.passwordHash).toBeNull()
    busy.clock.advance(61)
    expect((await browser.submit(page, { new_password: NEXT })).url.pathname).toBe('/account/security')
  })

  test('of two changes at once one is made', async () => {
    const user = await app.fixtures.user()
    const two = [
      await signedInAt(app, user, '/account/password'),
      await signedInAt(app, user, '/account/password'),
    ] as const
    const passwords = ['the first of two changes', 'the second of two changes']
    const done = await Promise.all(
      two.map(({ browser, visited }, place) =>
        browser.submit(visited, { current_password: user.password, new_password: passwords[place] ?? '' }),
      ),
    )
    const made = done.filter(({ url }) => url.pathname === '/account/security')
    expect(made).toHaveLength(1)
    expect(await eventsOf(app, user.id, ['user.password_changed'])).toHaveLength(1)
  })

  test('who has no password sets one without being asked for another', async () => {
    const user = await app.fixtures.user()
    const { browser } = await signedInAt(app, user)
    const elsewhere = await signedInAt(app, user)
    await app.stores.users.update(user.id, { passwordHash: null })
    const security = await browser.get('/account/security')
    expect(security.body).toContain('You have no password yet.')
    const page = await browser.get('/account/password')
    expect(page.body).not.toContain('current_password')
    const done = await browser.submit(page, { new_password: NEXT, end_others: 'yes' })
    expect(noticeOn(done)).toBe('You have a password now.')
    expect(await isSignedIn(elsewhere.browser)).toBe(false)
    expect(await canSignIn(user, NEXT)).toBe(true)
  })
})
