import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { enterCode, newDevice, poll } from '../support/device.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  completed,
  externalAuthIdOf,
  LOGIN_URI,
  sentToLogin,
  setLoginUri,
  somebody,
} from '../support/own-login.ts'
import {
  authorizationUrl,
  identify,
  open,
  redeem,
  signIn,
  textOf,
  writingNothing,
} from '../support/relying-party.ts'

/* Standalone: people sign in at a page of the operator's own. */

let app: TestApp
let portal: TestApplication
let partner: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  portal = await app.fixtures.firstParty()
  partner = await app.fixtures.thirdParty(await app.fixtures.organization(), { name: 'Partner' })
  await setLoginUri(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const idTokenOf = async (application: TestApplication, url: URL) => {
  const answer = await redeem(app, application, url.searchParams.get('code') ?? '')
  return decodeJwt(textOf(answer, 'id_token'))
}
const sessionsOf = async (userId: string) => {
  const management = await app.management()
  const { body } = await management.get(`/user_management/users/${userId}/sessions`)
  return (body as { data: Record<string, unknown>[] }).data
}

describe('the way to the login page', () => {
  test('adds the ID, and after it what is asked for, signed; no more than that', async () => {
    const browser = createBrowser(app.issuer)
    const { url } = await browser.get(authorizationUrl(app, portal, { state: 'a state', login_hint: 'ada' }))
    const [before, said = ''] = url.href.split('&external_auth_id=')
    expect(before).toBe(LOGIN_URI)
    expect(said).toMatch(/^ext_auth_[A-Za-z0-9_-]{43}&request=[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  test('begins with a page of ours: the authorization request itself writes nothing', async () => {
    const { status, location } = await writingNothing(app, () => open(authorizationUrl(app, portal)))
    expect({ status, location }).toEqual({ status: 302, location: expect.stringMatching(/^\/sign-in\?/) })
  })

  test('is kept as hashes, and the request sealed', async () => {
    const { externalAuthId } = await sentToLogin(app, portal, { state: 'a-state-to-be-found' })
    const rows = await app.testDatabase.database.kysely
      .selectFrom('external_authentication')
      .selectAll()
      .execute()
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(externalAuthId)
    expect(JSON.stringify(rows)).not.toContain('a-state-to-be-found')
    expect(app.logLines.join('\n')).not.toContain(externalAuthId)
  })

  test('OIDC Core §3.1.2.1: prompt=none never goes there', async () => {
    const { location } = await writingNothing(app, () =>
      open(authorizationUrl(app, portal, { prompt: 'none' })),
    )
    expect(new URL(location ?? '').searchParams.get('error')).toBe('login_required')
  })

  test('is taken as well by whoever opens the page to sign in', async () => {
    const browser = createBrowser(app.issuer)
    const externalAuthId = externalAuthIdOf(await browser.get('/sign-in'))
    const done = await browser.get(await completed(app, externalAuthId, somebody()))
    expect({ path: done.url.pathname, status: done.status }).toEqual({ path: '/', status: 200 })
    expect(done.body).toContain('id="sign-out"')
  })

  test('is open to so many of one network in a minute', async () => {
    const strangers = await startTestApp()
    try {
      await setLoginUri(strangers)
      const answers = await Promise.all(
        Array.from({ length: 121 }, () => open(`${strangers.issuer}/sign-in`)),
      )
      const refused = answers.filter(({ status }) => status !== 302)
      expect(refused.map(({ status }) => status)).toEqual([429])
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
      const { rows } = await strangers.testDatabase.database.kysely
        .selectFrom('external_authentication')
        .select(({ fn }) => fn.countAll().as('rows'))
        .executeTakeFirstOrThrow()
      expect(Number(rows)).toBe(120)
      // Whoever has browsers open that page does not keep out those who come from an application.
      await sentToLogin(strangers, await strangers.fixtures.firstParty())
    } finally {
      await strangers[Symbol.asyncDispose]()
    }
  })
})

describe('a completed sign-in', () => {
  test('goes on to the code; the user is known by their external ID, and everything says when and how', async () => {
    const workos = await app.sdk(['users:write', 'users:read'])
    const { browser, externalAuthId } = await sentToLogin(app, portal, { scope: 'openid email profile' })
    const completedAt = Math.floor(app.clock.now().getTime() / 1000)
    const { redirectUri } = await workos.connect.completeOAuth2({
      externalAuthId,
      user: { id: 'u-1', email: 'Ada@example.com', firstName: 'Ada', metadata: { plan: 'free' } },
    })
    app.clock.advance(60)
    expect(redirectUri.startsWith(`${app.issuer}/external-authentication/continue?`)).toBe(true)
    const { url } = await browser.get(redirectUri)
    expect(url.href.startsWith(`${portal.redirectUri}?`)).toBe(true)

    const user = await workos.userManagement.getUserByExternalId('u-1')
    expect(user).toMatchObject({
      email: 'Ada@example.com',
      emailVerified: true,
      firstName: 'Ada',
      metadata: { plan: 'free' },
    })
    expect(user.lastSignInAt).not.toBeNull()
    const claims = await idTokenOf(portal, url)
    expect(claims).toMatchObject({ sub: user.id, email: 'Ada@example.com', email_verified: true })
    // When it was completed, not when the browser came back.
    expect(claims['auth_time']).toBeGreaterThanOrEqual(completedAt)
    expect(claims['auth_time']).toBeLessThan(completedAt + 60)
    expect(claims).not.toHaveProperty('amr')
    expect(await sessionsOf(user.id)).toMatchObject([{ auth_method: 'external_auth', status: 'active' }])
  })

  test('is asked for consent like any other, with every name as text', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, partner)
    const user = somebody({ first_name: '<b>Ada</b>', last_name: '"><script>alert(1)</script>' })
    const page = await browser.get(await completed(app, externalAuthId, user))
    expect(page.url.pathname).toBe('/consent')
    expect(page.body).toContain('&lt;b>Ada&lt;/b>')
    expect(page.body).not.toMatch(/<b>Ada|<script/)
    const { url } = await browser.submit(page, { decision: 'allow' })
    expect(url.searchParams.has('code')).toBe(true)
  })

  test('opens other applications in the same browser', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    await browser.get(await completed(app, externalAuthId, somebody()))
    const { url } = await browser.get(authorizationUrl(app, await app.fixtures.firstParty()))
    expect(url.searchParams.has('code')).toBe(true)
  })

  test('session fixation: puts a new handle in the place of the one the browser had', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    await browser.get(await completed(app, externalAuthId, somebody()))
    const before = browser.cookie('latchkey_session')
    expect(before).toEqual(expect.any(String))
    const again = await sentToLogin(app, portal, { prompt: 'login' }, browser)
    await browser.get(await completed(app, again.externalAuthId, somebody()))
    expect(browser.cookie('latchkey_session')).not.toBe(before)
    const { body } = await open(`${app.issuer}/`, { cookie: `latchkey_session=${before}` })
    expect(body).not.toContain('id="sign-out"')
  })

  test.each([{ prompt: 'login' }, { max_age: '0' }])(
    'OIDC Core §3.1.2.1: %o goes there again, and auth_time is of that sign-in',
    async (parameters) => {
      const user = somebody()
      const { browser, externalAuthId } = await sentToLogin(app, portal)
      await browser.get(await completed(app, externalAuthId, user))
      app.clock.advance(100)
      const begun = Math.floor(app.clock.now().getTime() / 1000)
      const again = await sentToLogin(app, portal, parameters, browser)
      const { url } = await browser.get(await completed(app, again.externalAuthId, user))
      const claims = await idTokenOf(portal, url)
      expect(claims['auth_time']).toBeGreaterThanOrEqual(begun)
    },
  )

  test('OIDC Core §3.1.2.1: is refused to a request that is about somebody else', async () => {
    const first = await sentToLogin(app, portal)
    const { url } = await first.browser.get(await completed(app, first.externalAuthId, somebody()))
    const answer = await redeem(app, portal, url.searchParams.get('code') ?? '')
    const hint = { id_token_hint: textOf(answer, 'id_token') }
    const other = await sentToLogin(app, portal, hint)
    const refused = await other.browser.get(await completed(app, other.externalAuthId, somebody()))
    expect(refused.url.searchParams.get('error')).toBe('login_required')
  })

  test('RFC 8628 §3.3: connects a device', async () => {
    const television = await app.fixtures.firstParty({ isPublic: true })
    const device = await newDevice(app, television)
    const browser = createBrowser(app.issuer)
    const externalAuthId = externalAuthIdOf(await enterCode(browser, device.userCode))
    const page = await browser.get(await completed(app, externalAuthId, somebody()))
    expect(page.url.pathname).toBe('/consent')
    await browser.submit(page, { decision: 'allow' })
    expect(await poll(app, television, device)).toMatchObject({ status: 200 })
  })

  test('is nobody’s once its user was deleted', async () => {
    const { browser, externalAuthId } = await sentToLogin(app, portal)
    const user = somebody()
    const redirectUri = await completed(app, externalAuthId, user)
    const management = await app.management()
    const { body } = await management.get(`/user_management/users/external_id/${user.id}`)
    await management.delete(`/user_management/users/${(body as { id: string }).id}`)
    const page = await browser.get(redirectUri)
    expect({ status: page.status, left: page.left }).toEqual({ status: 400, left: false })
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })
})

describe('passwords', () => {
  test('open nothing that the operator’s page guards, with a form from before either', async () => {
    const user = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    await setLoginUri(app, null)
    const first = await browser.get(authorizationUrl(app, portal))
    const form = await identify(browser, first, user)
    expect(form.url.pathname).toBe('/sign-in')
    await setLoginUri(app)
    externalAuthIdOf(await browser.submit(first, { email: user.email }))
    externalAuthIdOf(await browser.submit(form, { password: user.password }))
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })

  test('are not asked for again where another tab has signed in somebody else', async () => {
    const browser = createBrowser(app.issuer)
    await setLoginUri(app, null)
    const another = await app.fixtures.user()
    const form = await identify(browser, await browser.get(authorizationUrl(app, portal)), another)
    const tab = await browser.get(authorizationUrl(app, portal))
    expect((await signIn(browser, tab, await app.fixtures.user())).left).toBe(true)
    await setLoginUri(app)
    externalAuthIdOf(await browser.submit(form, { password: another.password }))
  })
})
