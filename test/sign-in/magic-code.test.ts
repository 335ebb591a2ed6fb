import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { comparable } from '../support/comparable.ts'
import { giveTotp } from '../support/factors.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { identify } from '../support/follow-authorization.ts'
import { codeTo, mailsTo, otherThan } from '../support/mailbox.ts'
import { authorizationUrl, newPkce, redeem, textOf } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { magic_codes: true })
  application = await app.fixtures.firstParty()
  await app.changesHeard()
})
afterAll(() => app[Symbol.asyncDispose]())

const askedForCode = async (email: string, browser = createBrowser(app.issuer), prompt?: 'login') => {
  const pkce = newPkce()
  const parameters = { ...pkce.parameters, ...(prompt && { prompt }) }
  const first = await browser.get(authorizationUrl(app, application, parameters))
  const password = await identify(browser, first, { email })
  const page = await browser.submit(password, { purpose: 'sign_in' })
  return { browser, password, page, pkce }
}

test('a code that comes by mail signs in, as one-time password (RFC 8176 §2: otp)', async () => {
  const user = await app.fixtures.user()
  const { browser, page, pkce } = await askedForCode(user.email)
  expect(page.status).toBe(200)
  expect(page.body).toContain('autocomplete="one-time-code"')
  const code = await codeTo(app, user.email)
  // As people copy it.
  const left = await browser.submit(page, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })
  expect(left.left).toBe(true)
  const answer = await redeem(app, application, left.url.searchParams.get('code') ?? '', {
    code_verifier: pkce.verifier,
  })
  const [, payload = ''] = textOf(answer, 'id_token').split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  expect(claims).toMatchObject({ sub: user.id, amr: ['otp'], acr: 'urn:latchkey:acr:single-factor' })

  const events = await app.stores.events.byName('authentication.magic_auth_succeeded', 100)
  expect(events.filter(({ targetId }) => targetId === user.id)).toMatchObject([
    { data: { type: 'magic_auth', status: 'succeeded', email: user.email } },
  ])
})

test('the mailbox is worth nothing any more once the account has another address, halfway through the sign-in', async () => {
  const user = await app.fixtures.user()
  const totp = await giveTotp(app, user)
  app.clock.advance(60)
  const { browser, page } = await askedForCode(user.email)
  const asked = await browser.submit(page, { code: await codeTo(app, user.email) })
  expect(asked.body).toContain('id="code"')
  const elsewhere = `moved.${user.email}`
  await app.stores.users.update(user.id, { email: elsewhere, normalizedEmail: elsewhere })
  const refused = await browser.submit(asked, { code: totp.code() })
  expect([refused.left, refused.body.includes('id="email"')]).toEqual([false, true])
  expect(browser.cookie('latchkey_session')).toBeUndefined()
})

test('the pages are the same for an address that nobody has, byte for byte, and no mail is sent there', async () => {
  const user = await app.fixtures.user({ email: 'somebody@example.com' })
  const [known, unknown] = [user.email, 'nobody00@example.com']
  const ofKnown = await askedForCode(known)
  const ofUnknown = await askedForCode(unknown)
  expect(comparable(ofUnknown.password, unknown)).toBe(comparable(ofKnown.password, known))
  expect(comparable(ofUnknown.page, unknown)).toBe(comparable(ofKnown.page, known))
  expect(ofUnknown.page.status).toBe(ofKnown.page.status)

  const wrong = otherThan(await codeTo(app, known))
  for (let attempt = 1; attempt <= 6; attempt++) {
    const afterKnown = await ofKnown.browser.submit(ofKnown.page, { code: wrong })
    const afterUnknown = await ofUnknown.browser.submit(ofUnknown.page, { code: wrong })
    expect(afterUnknown.status).toBe(422)
    expect(afterKnown.status).toBe(422)
    expect(comparable(afterUnknown, unknown)).toBe(comparable(afterKnown, known))
  }
  expect(mailsTo(app, unknown)).toEqual([])
})

test('the fifth wrong answer is the last: the right one comes too late', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await askedForCode(user.email)
  const code = await codeTo(app, user.email)
  for (let attempt = 1; attempt <= 4; attempt++) {
    expect((await browser.submit(page, { code: otherThan(code) })).body).toContain('This code is not right')
  }
  expect((await browser.submit(page, { code: otherThan(code) })).body).toContain('no longer works')
  const late = await browser.submit(page, { code })
  expect(late).toMatchObject({ status: 422, left: false })
  expect(late.body).toContain('no longer works')
  expect(browser.cookie('latchkey_session')).toBeUndefined()
})

test('a code is good for ten minutes (OWASP ASVS 5 §6.5.5)', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await askedForCode(user.email)
  const code = await codeTo(app, user.email)
  app.clock.advance(601)
  expect((await browser.submit(page, { code })).body).toContain('no longer works')
})

test('a code is good once: a browser that goes back and sends it again signs nobody in', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await askedForCode(user.email)
  const code = await codeTo(app, user.email)
  expect((await browser.submit(page, { code })).left).toBe(true)
  const signedOut = createBrowser(app.issuer)
  for (const [name, value] of browser.cookies) {
    if (name !== 'latchkey_session') (signedOut.cookies as Map<string, string>).set(name, value)
  }
  const again = await signedOut.submit(page, { code })
  expect(again.left).toBe(false)
  expect(signedOut.cookie('latchkey_session')).toBeUndefined()
})

test('a code is worth nothing in another browser', async () => {
  const user = await app.fixtures.user()
  const { page } = await askedForCode(user.email)
  const code = await codeTo(app, user.email)
  // Somebody who was told the code, with a sign-in of their own for the same address.
  const other = createBrowser(app.issuer)
  const others = await askedForCode(user.email, other)
  expect((await other.submit(others.page, { code })).body).toContain('This code is not right')
  // And with the page itself.
  expect((await other.submit({ ...others.page, body: page.body }, { code })).status).toBe(403)
})

test('another code makes the one before void, and may not be asked for at once', async () => {
  const user = await app.fixtures.user()
  const { browser, page } = await askedForCode(user.email)
  const former = await codeTo(app, user.email)
  const early = await browser.submit(page, { purpose: 'again' })
  expect(early.status).toBe(429)
  expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(early.body).toContain('Wait a while')
  app.clock.advance(31)
  const another = await browser.submit(page, { purpose: 'again' })
  expect(another.body).toContain('We have sent another code')
  const code = await codeTo(app, user.email, 2)
  // In the other tab.
  expect((await browser.submit(page, { code: former })).status).toBe(422)
  expect((await browser.submit(another, { code })).left).toBe(true)
})

test('mail to one address is limited, whoever asks; its owner is not, in the browser they always use', async () => {
  const user = await app.fixtures.user()
  const owner = await askedForCode(user.email)
  await owner.browser.submit(owner.page, { code: await codeTo(app, user.email) })
  const statuses: number[] = []
  for (let stranger = 0; stranger < 6; stranger++) {
    statuses.push((await askedForCode(user.email)).page.status)
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
  app.clock.advance(31)
  const again = await askedForCode(user.email, owner.browser, 'login')
  expect(again.page.status).toBe(200)
  await codeTo(app, user.email, 7)
})

test('switched off, no code is asked for, and one that is under way signs nobody in', async () => {
  const user = await app.fixtures.user()
  const { browser, password, page } = await askedForCode(user.email)
  const code = await codeTo(app, user.email)
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { magic_codes: false })
  await app.changesHeard()
  expect((await browser.submit(page, { code })).status).toBe(422)
  app.clock.advance(60)
  const refused = await browser.submit(password, { purpose: 'sign_in' })
  expect(refused.body).not.toContain('id="email-code"')
  expect(refused.body).toContain('id="password"')
  expect(mailsTo(app, user.email)).toHaveLength(1)
  await management.patch('/latchkey/v1/settings', { magic_codes: true })
  await app.changesHeard()
})

test('an account whose address nobody had proved is its owner’s alone from then on', async () => {
  const user = await app.fixtures.user()
  await app.transaction((stores) => stores.users.update(user.id, { emailVerified: false }))
  const squatter = createBrowser(app.issuer)
  const first = await squatter.get(authorizationUrl(app, application))
  await squatter.submit(await identify(squatter, first, user), { password: user.password })
  expect(squatter.cookie('latchkey_session')).toBeDefined()

  const { browser, page } = await askedForCode(user.email)
  expect((await browser.submit(page, { code: await codeTo(app, user.email) })).left).toBe(true)
  expect(await app.stores.users.byId(user.id)).toMatchObject({ emailVerified: true, passwordHash: null })
  expect((await squatter.get(authorizationUrl(app, application))).left).toBe(false)
})
