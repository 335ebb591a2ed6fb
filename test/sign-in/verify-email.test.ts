import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { givePasskey, passkeyOptionsOf } from '../support/factors.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import { codeTo, mailsTo } from '../support/mailbox.ts'
import { authorizationUrl } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { require_verified_email: true })
  application = await app.fixtures.firstParty()
  await app.changesHeard()
})
afterAll(() => app[Symbol.asyncDispose]())

const unverified = async (): Promise<TestUser> => {
  const user = await app.fixtures.user()
  await app.transaction((stores) => stores.users.update(user.id, { emailVerified: false }))
  return user
}

test('nobody is signed in before they have proved that the address is theirs; with it they keep their password', async () => {
  const user = await unverified()
  const browser = createBrowser(app.issuer)
  const page = await signIn(browser, await browser.get(authorizationUrl(app, application)), user)
  expect(page.body).toContain('Confirm your email address')
  expect(browser.cookie('latchkey_session')).toBeUndefined()
  const before = await app.stores.users.byId(user.id)
  expect((await browser.submit(page, { code: await codeTo(app, user.email) })).left).toBe(true)
  const after = await app.stores.users.byId(user.id)
  expect(after).toMatchObject({ emailVerified: true, passwordHash: before?.passwordHash })
  const events = await app.stores.events.byName('authentication.email_verification_succeeded', 10)
  expect(events.map(({ targetId }) => targetId)).toEqual([user.id])
})

test('verified ones are asked nothing', async () => {
  const user = await app.fixtures.user()
  const browser = createBrowser(app.issuer)
  const done = await signIn(browser, await browser.get(authorizationUrl(app, application)), user)
  expect(done.left).toBe(true)
  expect(mailsTo(app, user.email)).toEqual([])
})

test('a code for an address that the account has no more verifies nothing', async () => {
  const user = await unverified()
  const browser = createBrowser(app.issuer)
  const page = await signIn(browser, await browser.get(authorizationUrl(app, application)), user)
  const code = await codeTo(app, user.email)
  const email = 'moved.on@example.com'
  await app.transaction((stores) => stores.users.update(user.id, { email, normalizedEmail: email }))
  const refused = await browser.submit(page, { code })
  expect(refused.left).toBe(false)
  expect((await app.stores.users.byId(user.id))?.emailVerified).toBe(false)
})

describe('a passkey that was shown, of somebody who waits to prove their address', () => {
  const waiting = async ({ hasPassword = true } = {}) => {
    const user = await unverified()
    if (!hasPassword) await app.stores.users.update(user.id, { passwordHash: null })
    const { passkey, authenticator } = await givePasskey(app, user)
    const browser = createBrowser(app.issuer)
    const first = await browser.get(authorizationUrl(app, application))
    const answer = authenticator.authenticate(passkeyOptionsOf(first) || { challenge: '' })
    const page = await browser.submit(first, { passkey: answer })
    expect(page.body).toContain('Confirm your email address')
    const enter = async () => browser.submit(page, { code: await codeTo(app, user.email) })
    return { user, passkey, browser, enter }
  }

  test('signs them in, and takes away a password that they have not shown', async () => {
    const { user, enter } = await waiting()
    expect((await enter()).left).toBe(true)
    expect((await app.stores.users.byId(user.id))?.passwordHash).toBeNull()
  })

  test.each<[string, (of: Awaited<ReturnType<typeof waiting>>) => Promise<unknown>]>([
    ['the passkey was removed', ({ passkey }) => app.stores.passkeys.delete(passkey)],
    [
      'they got their first password',
      ({ user }) => app.stores.users.update(user.id, { passwordHash: 'the first one' }),
    ],
  ])('signs nobody in once %s', async (_what, change) => {
    const one = await waiting({ hasPassword: false })
    await change(one)
    const refused = await one.enter()
    expect([refused.left, refused.body.includes('id="email"')]).toEqual([false, true])
    expect(one.browser.cookie('latchkey_session')).toBeUndefined()
  })
})
