import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toEpochSeconds } from '../../src/system/clock.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { complete, completed, externalAuthIdOf } from '../support/own-login.ts'
import { authorizationUrl, signIn } from '../support/relying-party.ts'
import { csrfTokenOn, noticeOn, post } from './account-room.ts'

/* Standalone: who somebody is, and how they sign in, is what the operator's own page says. */

const LOGIN_URI = 'https://login.example.com/start'

let app: TestApp
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { standalone_login_uri: LOGIN_URI })
  browser = createBrowser(app.issuer)
  const away = await browser.get('/account/sessions')
  expect(away.url.href).toContain(LOGIN_URI)
  const { body } = await management.post('/authkit/oauth2/complete', {
    external_auth_id: away.url.searchParams.get('external_auth_id'),
    user: { id: 'ext_1', email: 'grace@example.com', first_name: 'Grace', last_name: 'Hopper' },
  })
  const { redirect_uri: uri } = body as { redirect_uri: string }
  expect((await browser.get(uri)).url.pathname).toBe('/account/sessions')
})
afterAll(() => app[Symbol.asyncDispose]())

test('the profile is there to be read, and no form changes it', async () => {
  const profile = await browser.get('/account')
  expect(profile.body).toContain('Your profile is kept by')
  expect(profile.body).toContain('<bdi>Grace</bdi>')
  expect(profile.body).not.toContain(' name="first_name"')
  expect(profile.body).not.toContain('id="to-email"')
  const form = { csrf_token: csrfTokenOn(profile), first_name: 'Mallory' }
  expect((await post(app, browser, '/account', form)).status).toBe(303)
  expect((await browser.get('/account')).body).not.toContain('Mallory')
})

test('there is no password to change, and no address', async () => {
  const security = await browser.get('/account/security')
  expect(security.body).not.toContain('id="to-password"')
  const csrf_token = csrfTokenOn(security)
  for (const [path, back] of [
    ['/account/password', '/account/security'],
    ['/account/email', '/account'],
  ] as const) {
    expect((await browser.get(path)).url.pathname).toBe(back)
    const sent = await post(app, browser, path, {
      csrf_token,
      new_password: 'x'.repeat(20),
      email: 'a@b.example',
    })
    expect({ status: sent.status, location: sent.location }).toEqual({ status: 303, location: back })
  }
  const user = await app.stores.users.byExternalId('ext_1')
  expect(user).toMatchObject({ email: 'grace@example.com', firstName: 'Grace', passwordHash: null })
})

test('but not that of whoever signs in here, for an application that says so', async () => {
  const dashboard = await app.fixtures.firstParty()
  const management = await app.management()
  const rule = { name: 'Dashboard', uri: null, application_id: dashboard.id }
  expect((await management.post('/latchkey/v1/login_uris', rule)).status).toBe(201)
  await app.changesHeard()
  const user = await app.fixtures.user()
  const inside = createBrowser(app.issuer)
  await signIn(inside, await inside.get(authorizationUrl(app, dashboard)), user)
  expect((await inside.get('/account')).body).toContain(' name="first_name"')
  const security = await inside.get('/account/security')
  expect(security.body).toContain('id="to-password"')
  expect(security.body).toContain('id="to-passkeys"')
  // They prove anew who they are where they did before, since the operator's page does not know them.
  app.clock.advance(601)
  const again = await inside.get('/account/password')
  expect(again.url.pathname).toBe('/sign-in')
  expect((await signIn(inside, again, user)).url.pathname).toBe('/account/password')
  // Whoever comes from that page is kept there.
  expect((await browser.get('/account/security')).body).not.toContain('id="to-password"')
  expect((await createBrowser(app.issuer).get('/account')).url.href).toContain(LOGIN_URI)
})

test('whoever has to sign in again does so there, anew, and comes back', async () => {
  app.clock.advance(601)
  const page = await browser.get('/account/sessions')
  const away = await browser.submit(page, { end: 'others' })
  expect(away.url.href).toContain(LOGIN_URI)
  const now = toEpochSeconds(app.clock.now())
  // That they are signed in there is not enough, or they would be sent there again.
  const told = decodeJwt(away.url.searchParams.get('request') ?? '')
  expect(told).toMatchObject({ aud: LOGIN_URI, min_auth_time: now - 300 })
  const user = { id: 'ext_1', email: 'grace@example.com' }
  const since = (authTime: number) => ({ auth_time: authTime, amr: ['pwd'] })
  const id = externalAuthIdOf(away)
  expect(await complete(app, id, user, since(now - 7200))).toMatchObject({
    status: 400,
    body: { code: 'reauthentication_required' },
  })
  const back = await browser.get(await completed(app, id, user, since(now)))
  expect(back.url.pathname).toBe('/account/sessions')
  expect(noticeOn(await browser.submit(back, { end: 'others' }))).toContain('nothing')
})
