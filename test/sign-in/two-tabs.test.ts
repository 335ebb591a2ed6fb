import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { identify, signIn } from '../support/follow-authorization.ts'
import { authorizationUrl } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Two tabs of a browser, of which one was quicker. */
const tabs = async (address: string, quicker: TestUser) => {
  const browser = createBrowser(app.issuer)
  const late = { email: await browser.get(address), password: await passwordPage(browser, address) }
  await signIn(browser, await browser.get(address), quicker)
  return { browser, ...late }
}

const passwordPage = async (browser: TestBrowser, address: string) =>
  identify(browser, await browser.get(address), user)

describe('a sign-in that another tab was quicker with', () => {
  test.each(['email', 'password'] as const)('goes on, where it is of the same person (%s)', async (step) => {
    const { browser, [step]: late } = await tabs(authorizationUrl(app, application), user)
    const fields = step === 'email' ? { email: user.email } : { password: user.password }
    const answered = await browser.submit(late, fields)
    expect(answered.left).toBe(true)
    expect(answered.url.searchParams.get('code')).toBeTruthy()
  })

  test.each(['email', 'password'] as const)('to a page of ours goes on to it (%s)', async (step) => {
    const { browser, [step]: late } = await tabs(`${app.issuer}/account`, user)
    const fields = step === 'email' ? { email: user.email } : { password: user.password }
    const answered = await browser.submit(late, fields)
    expect([answered.status, answered.url.pathname]).toEqual([200, '/account'])
  })

  test('of somebody else is asked for again, and told why', async () => {
    const { browser, password } = await tabs(authorizationUrl(app, application), await app.fixtures.user())
    const answered = await browser.submit(password, { password: user.password })
    expect(answered.status).toBe(422)
    expect(answered.body).toContain('in another tab')
    const again = await browser.submit(answered, { password: user.password })
    expect(again.left).toBe(true)
  })
})
