import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedInAt } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { comparable } from '../support/comparable.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { identify, signIn } from '../support/follow-authorization.ts'
import { codeTo, mailsTo, mailTo } from '../support/mailbox.ts'
import { authorizationUrl, introspect, obtainTokens, refresh, textOf } from '../support/relying-party.ts'

const NEW_PASSWORD = 'a whole new pass phrase'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty()
  await app.changesHeard()
})
afterAll(() => app[Symbol.asyncDispose]())

const forgotten = async (email: string, browser = createBrowser(app.issuer)) => {
  const first = await browser.get(authorizationUrl(app, application))
  const password = await identify(browser, first, { email })
  const page = await browser.submit(password, { purpose: 'reset_password' })
  return { browser, page }
}

test('whoever forgot their password chooses another after a code, and is signed in', async () => {
  const user = await app.fixtures.user()
  await app.transaction((stores) => stores.users.update(user.id, { emailVerified: false }))
  const { browser, page } = await forgotten(user.email)
  const choosing = await browser.submit(page, { code: await codeTo(app, user.email) })
  expect(choosing.body).toContain('autocomplete="new-password"')
  // OWASP ASVS 5 §6.2: the rules of every new password.
  for (const [password, problem] of [
    ['', 'Enter a new password.'],
    ['short', 'Use at least 8 characters.'],
    ['password1', 'guessed first'],
    [user.email, 'not your email address'],
    ['x'.repeat(257), 'Use at most 256 characters.'],
  ] as const) {
    const refused = await browser.submit(choosing, { password })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain(problem)
  }
  expect((await browser.submit(choosing, { password: NEW_PASSWORD })).left).toBe(true)

  const other = createBrowser(app.issuer)
  const asked = await other.get(authorizationUrl(app, application))
  expect((await signIn(other, asked, { email: user.email, password: user.password })).status).toBe(422)
  const again = await other.get(authorizationUrl(app, application))
  expect((await signIn(other, again, { email: user.email, password: NEW_PASSWORD })).left).toBe(true)

  expect((await app.stores.users.byId(user.id))?.emailVerified).toBe(true)
  const events = await app.stores.events.byName('password_reset.succeeded', 10)
  expect(events.filter(({ targetId }) => targetId === user.id)).toHaveLength(1)
  // Its owner hears of it, should it have been somebody else.
  const { subject, text } = await mailTo(app, user.email, 2)
  expect(subject).toBe('Your password for Latchkey was changed')
  expect(text).not.toMatch(/\d{6}/)
})

test('all sessions of before end, and what was granted in them without offline access', async () => {
  const user = await app.fixtures.user()
  const thief = createBrowser(app.issuer)
  const online = await obtainTokens(app, application, user, { scope: 'openid' }, thief)
  const offline = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, thief)
  const { browser, page } = await forgotten(user.email)
  const choosing = await browser.submit(page, { code: await codeTo(app, user.email) })
  await browser.submit(choosing, { password: NEW_PASSWORD })

  expect((await thief.get(authorizationUrl(app, application))).left).toBe(false)
  expect((await introspect(app, application, textOf(online, 'access_token'))).body).toEqual({ active: false })
  // As after an operator's change of the password: what was granted for good is taken back on its own.
  expect((await refresh(app, application, textOf(offline, 'refresh_token'))).status).toBe(200)
  expect((await browser.get(authorizationUrl(app, application))).left).toBe(true)
})

test('the pages are the same for an address that nobody has, byte for byte, and no mail is sent there', async () => {
  const user = await app.fixtures.user()
  const unknown = 'nobody@example.com'
  const ofKnown = await forgotten(user.email)
  const ofUnknown = await forgotten(unknown)
  expect(comparable(ofUnknown.page, unknown)).toBe(comparable(ofKnown.page, user.email))
  await codeTo(app, user.email)
  const afterUnknown = await ofUnknown.browser.submit(ofUnknown.page, { code: '' })
  const afterKnown = await ofKnown.browser.submit(ofKnown.page, { code: '' })
  expect(comparable(afterUnknown, unknown)).toBe(comparable(afterKnown, user.email))
  expect(mailsTo(app, unknown)).toEqual([])
})

test('one code changes one password: the page is worth nothing afterwards', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await forgotten(user.email)
  const choosing = await browser.submit(page, { code: await codeTo(app, user.email) })
  expect((await browser.submit(choosing, { password: NEW_PASSWORD })).left).toBe(true)
  const { passwordHash } = (await app.stores.users.byId(user.id)) ?? {}
  // The CSRF token of the session that has begun.
  const fresh = await browser.get(`${choosing.url}`)
  const again = await browser.submit(fresh, { password: 'the next one after that' })
  expect(again.status).toBe(422)
  expect((await app.stores.users.byId(user.id))?.passwordHash).toBe(passwordHash)
})

test('the new password cannot be chosen without the code, by a later address', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await forgotten(user.email)
  const forced = await browser.submit(
    {
      ...page,
      body: page.body
        .replace('action="/sign-in/code"', 'action="/sign-in/new-password"')
        .replace('name="code"', 'name="password"'),
    },
    { password: NEW_PASSWORD },
  )
  expect(forced.body).toContain('name="code"')
  const before = await app.stores.users.byId(user.id)
  expect(before?.updatedAt).toEqual(before?.createdAt)
})

test('a code to sign in chooses no password, and one for a password signs nobody in', async () => {
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { magic_codes: true })
  await app.changesHeard()
  const user = await app.fixtures.user()
  const browser = createBrowser(app.issuer)
  const first = await browser.get(authorizationUrl(app, application))
  const password = await identify(browser, first, user)
  const magic = await browser.submit(password, { purpose: 'sign_in' })
  const magicCode = await codeTo(app, user.email)
  const reset = await browser.submit(password, { purpose: 'reset_password' })
  const resetCode = await codeTo(app, user.email, 2)
  expect((await browser.submit(reset, { code: magicCode })).status).toBe(422)
  expect((await browser.submit(magic, { code: resetCode })).status).toBe(422)
  expect(browser.cookie('latchkey_session')).toBeUndefined()
})

test('a password that changes meanwhile makes all codes void that came before, entered or not', async () => {
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { magic_codes: true })
  await app.changesHeard()
  const user = await app.fixtures.user()
  const { browser: entering, page } = await forgotten(user.email)
  const choosing = await entering.submit(page, { code: await codeTo(app, user.email) })
  expect(choosing.body).toContain('autocomplete="new-password"')
  const waiting = await forgotten(user.email)
  const waitingCode = await codeTo(app, user.email, 2)
  const magic = createBrowser(app.issuer)
  const password = await identify(magic, await magic.get(authorizationUrl(app, application)), user)
  const magicPage = await magic.submit(password, { purpose: 'sign_in' })
  const magicCode = await codeTo(app, user.email, 3)

  const { browser: owner, visited } = await signedInAt(app, user, '/account/password')
  const changed = await owner.submit(visited, { current_password: user.password, new_password: NEW_PASSWORD })
  expect(changed.status).toBe(200)
  const { passwordHash } = (await app.stores.users.byId(user.id)) ?? {}

  expect((await entering.submit(choosing, { password: 'what an intruder likes' })).status).toBe(422)
  expect((await waiting.browser.submit(waiting.page, { code: waitingCode })).status).toBe(422)
  expect((await magic.submit(magicPage, { code: magicCode })).status).toBe(422)
  expect((await app.stores.users.byId(user.id))?.passwordHash).toBe(passwordHash)
  expect((await owner.get('/account')).url.pathname).toBe('/account')
})

test('passwords that are chosen count with those that are tried from a network, before anything is hashed', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await forgotten(user.email)
  const choosing = await browser.submit(page, { code: await codeTo(app, user.email) })
  let refused = await browser.submit(choosing, { password: 'short' })
  for (let attempt = 0; attempt < 100 && refused.status === 422; attempt++) {
    refused = await browser.submit(choosing, { password: 'short' })
  }
  expect([refused.status, refused.body.includes('Too many attempts')]).toEqual([429, true])
  expect(refused.body).toContain('autocomplete="new-password"')
  app.clock.advance(61)
  expect((await browser.submit(choosing, { password: NEW_PASSWORD })).left).toBe(true)
})

test('what is proved holds for half an hour', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await forgotten(user.email)
  const choosing = await browser.submit(page, { code: await codeTo(app, user.email) })
  app.clock.advance(31 * 60)
  expect((await browser.submit(choosing, { password: NEW_PASSWORD })).left).toBe(false)
  const other = createBrowser(app.issuer)
  const asked = await other.get(authorizationUrl(app, application))
  expect((await signIn(other, asked, user)).left).toBe(true)
})
