import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestUser } from '../support/fixtures.ts'
import { codeTo, mailsTo, mailTo, otherThan } from '../support/mailbox.ts'
import { noticeOn, signedInAt, textIn } from './account-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ settings: { LATCHKEY_RELAX_RATE_LIMITS: 'true' } })
})
afterAll(() => app[Symbol.asyncDispose]())

let count = 0
const newAddress = (): string => `New.Address${++count}@example.com`

const addressOf = async ({ id }: TestUser) => {
  const user = await app.stores.users.byId(id)
  return { email: user?.email, isVerified: user?.emailVerified }
}

/** Has a code sent to the address, and is where it is asked for. */
const asking = async (
  user: TestUser,
  email: string,
): Promise<{ readonly browser: TestBrowser; readonly page: Visited }> => {
  const { browser, visited } = await signedInAt(app, user, '/account/email')
  const page = await browser.submit(visited, { email })
  expect({ path: page.url.pathname, status: page.status }).toEqual({ path: '/account/email', status: 200 })
  expect(page.body).toContain('autocomplete="one-time-code"')
  return { browser, page }
}

describe('the e-mail address', () => {
  test('is another one once the code that came there is entered; the one before is told by mail', async () => {
    const user = await app.fixtures.user()
    const email = newAddress()
    const { browser, page } = await asking(user, email)
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: true })
    expect(mailsTo(app, user.email)).toEqual([])
    const done = await browser.submit(page, { code: await codeTo(app, email) })
    expect({ path: done.url.pathname, notice: noticeOn(done) }).toEqual({
      path: '/account',
      notice: 'Your email address is confirmed and in use.',
    })
    expect(await addressOf(user)).toEqual({ email, isVerified: true })
    expect((await mailTo(app, user.email)).text).toContain(email)
    expect(await eventsOf(app, user.id, ['user.updated'])).toMatchObject([
      { actor: { type: 'user', id: user.id }, data: { email }, before: { email: user.email } },
    ])
    expect((await signedInAt(app, { ...user, email })).visited.body).toContain(email)
  })

  test('that is not confirmed is confirmed in the same way, and nobody is told', async () => {
    const user = await app.fixtures.user()
    await app.stores.users.update(user.id, { emailVerified: false })
    const { browser, visited } = await signedInAt(app, user)
    expect(visited.body).toMatch(/<a id="to-email"[^>]*>Confirm email address/)
    const form = await browser.get('/account/email')
    const page = await browser.submit(form, { email: user.email })
    await browser.submit(page, { code: await codeTo(app, user.email) })
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: true })
    expect(mailsTo(app, user.email)).toHaveLength(1)
    // They have shown that they know it.
    expect((await app.stores.users.byId(user.id))?.passwordHash).not.toBeNull()
  })

  test('is none that is no address, or the one that there is', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user, '/account/email')
    for (const [email, words] of [
      ['', 'Enter an email address.'],
      ['nobody', 'like name@example.com'],
      [`${'a'.repeat(300)}@example.com`, 'like name@example.com'],
      [user.email.toUpperCase(), 'already'],
    ] as const) {
      const refused = await browser.submit(visited, { email })
      expect(refused.status).toBe(422)
      expect(textIn(refused, 'email-error')).toContain(words)
    }
  })

  test('of another account gets no mail, and the page does not tell', async () => {
    const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
    const { page } = await asking(user, other.email)
    expect(page.body).not.toContain('Another account')
    // What was asked for before it has been dealt with once this one has.
    const email = newAddress()
    await asking(user, email)
    await codeTo(app, email)
    expect(mailsTo(app, other.email)).toEqual([])
  })

  test('that has become another account’s meanwhile is said to be that to whoever reads its mail', async () => {
    const user = await app.fixtures.user()
    const email = newAddress()
    const { browser, page } = await asking(user, email)
    const code = await codeTo(app, email)
    const other = await app.fixtures.user({ email })
    const refused = await browser.submit(page, { code })
    expect({ status: refused.status, error: textIn(refused, 'email-error') }).toEqual({
      status: 422,
      error: 'Another account uses this address.',
    })
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: true })
    expect(await addressOf(other)).toEqual({ email, isVerified: true })
  })

  test('stays after wrong codes, of which five are taken, and after a code that was used', async () => {
    const user = await app.fixtures.user()
    const email = newAddress()
    const { browser, page } = await asking(user, email)
    const code = await codeTo(app, email)
    expect(textIn(await browser.submit(page, { code: '' }), 'code-error')).toContain('Enter the code')
    for (let attempt = 1; attempt <= 4; attempt++) {
      expect(textIn(await browser.submit(page, { code: otherThan(code) }), 'code-error')).toContain(
        'not the code',
      )
    }
    expect(textIn(await browser.submit(page, { code: otherThan(code) }), 'code-error')).toContain(
      'no longer works',
    )
    expect(textIn(await browser.submit(page, { code }), 'code-error')).toContain('no longer works')
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: true })

    const [first, second] = [newAddress(), newAddress()]
    const again = await asking(user, first)
    const used = await codeTo(app, first)
    expect((await again.browser.submit(again.page, { code: used })).url.pathname).toBe('/account')
    const later = await again.browser.submit(await again.browser.get('/account/email'), { email: second })
    await again.browser.submit(later, { code: await codeTo(app, second) })
    expect((await again.browser.submit(again.page, { code: used })).status).toBe(422)
    expect(await addressOf(user)).toEqual({ email: second, isVerified: true })
  })

  test('is changed by nobody with a code that was asked for in another browser or by another user', async () => {
    const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
    const email = newAddress()
    const { page } = await asking(user, email)
    const code = await codeTo(app, email)
    const change = page.url.searchParams.get('change') ?? ''
    for (const somebody of [user, other]) {
      const { browser, visited } = await signedInAt(app, somebody, '/account/email')
      const sent = await browser.submit(visited, { email: newAddress() })
      const taken = { ...sent, body: sent.body.replace(/(name="change" value=")[^"]*/, `$1${change}`) }
      expect(taken.body).toContain(change)
      const refused = await browser.submit(taken, { code })
      expect(refused.url.pathname).toBe('/account/email')
      expect(refused.body).not.toContain(email)
    }
    expect(await addressOf(user)).toEqual({ email: user.email, isVerified: true })
    expect(await addressOf(other)).toEqual({ email: other.email, isVerified: true })
  })

  test('is for whoever has signed in within ten minutes to change', async () => {
    const user = await app.fixtures.user()
    const { browser } = await signedInAt(app, user)
    app.clock.advance(601)
    expect((await browser.get('/account/email')).url.pathname).toBe('/sign-in')
  })
})

test('a change of the password is told by mail', async () => {
  const user = await app.fixtures.user()
  const { browser, visited } = await signedInAt(app, user, '/account/password')
  await browser.submit(visited, {
    current_password: user.password,
    new_password: 'four other words, nobody’s',
  })
  expect((await mailTo(app, user.email)).text).toContain('all other browsers were signed out')
  const again = await browser.get('/account/password')
  await browser.submit(again, {
    current_password: 'four other words, nobody’s',
    new_password: 'and four more words of them',
    end_others: '',
  })
  expect((await mailTo(app, user.email, 2)).text).not.toContain('other browsers')
})
