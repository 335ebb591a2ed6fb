import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { enterCode, newDevice } from '../support/device.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { register, registeredApplication, switchOn } from '../support/registration.ts'
import { authorizationUrl, issuingNothing, signIn } from '../support/relying-party.ts'

/* Pages that are left without going on, or opened where they have nothing to ask. */

let app: TestApp
let user: TestUser
let portal: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  portal = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const toSignIn = async (application: TestApplication, parameters: Record<string, string> = {}) => {
  const browser = createBrowser(app.issuer)
  const page = await browser.get(authorizationUrl(app, application, parameters))
  expect(page.url.pathname).toBe('/sign-in')
  return { browser, page }
}

describe('Cancel on the page to sign in', () => {
  test('RFC 6749 §4.1.2.1, RFC 9207 §2: answers access_denied, with state and iss', async () => {
    const { browser, page } = await toSignIn(portal, { state: 'a state' })
    const { url } = await issuingNothing(app, () => browser.submit(page, { decision: 'cancel' }))
    expect(url.href.startsWith(`${portal.redirectUri}?`)).toBe(true)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'The user cancelled the sign-in.',
      state: 'a state',
      iss: app.issuer,
    })
  })

  test('is of that request: the page from before still signs in', async () => {
    const { browser, page } = await toSignIn(portal)
    await browser.submit(page, { decision: 'cancel' })
    const { url } = await signIn(browser, page, user)
    expect(url.searchParams.has('code')).toBe(true)
  })

  test('RFC 9700 §4.11.2: says first where it leads, for an application that nobody vouches for', async () => {
    await switchOn(app)
    const redirectUri = 'https://stranger.example/callback'
    const stranger = await registeredApplication(app, await register(app, { redirect_uris: [redirectUri] }))
    const { browser, page } = await toSignIn(stranger)
    const left = await browser.submit(page, { decision: 'cancel' })
    expect(left.left).toBe(false)
    expect(left.body).toContain('stranger.example')
  })

  test('RFC 8628 §3.3: is not there for a device, and whoever sends it all the same decides nothing', async () => {
    const device = await newDevice(app, await app.fixtures.firstParty({ isPublic: true }))
    const browser = createBrowser(app.issuer)
    const page = await enterCode(browser, device.userCode)
    expect(page.url.pathname).toBe('/sign-in')
    expect(page.body).not.toContain('id="cancel"')
    const forced = { ...page, body: page.body.replace('</form>', '<button name="decision"></button></form>') }
    const again = await issuingNothing(app, () => browser.submit(forced, { decision: 'cancel' }))
    expect([again.status, again.url.pathname]).toEqual([422, '/sign-in'])
  })

  test('is not there where nobody asked', async () => {
    const page = await createBrowser(app.issuer).get('/sign-in')
    expect(page.body).not.toContain('id="cancel"')
  })
})

describe('a page with nothing to ask', () => {
  test('of organizations, opened by hand by a member of one or none, leads home', async () => {
    const organization = await app.fixtures.organization('Globex')
    for (const organizations of [[], [organization]]) {
      const browser = createBrowser(app.issuer)
      const member = await app.fixtures.user({ organizations })
      await signIn(browser, await browser.get('/sign-in'), member)
      expect((await browser.get('/select-organization')).url.pathname).toBe('/')
    }
  })

  test('of consent to a first-party application, opened by its URL, leads back to the application', async () => {
    const { browser, page } = await toSignIn(portal)
    await signIn(browser, page, user)
    const { url } = await browser.get(`/consent${page.url.search}`)
    expect(url.href.startsWith(`${portal.redirectUri}?code=`)).toBe(true)
  })
})
