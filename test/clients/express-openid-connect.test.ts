import { auth } from 'express-openid-connect'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { followAuthorization, signIn } from '../support/follow-authorization.ts'
import { ID_TOKEN, implicitly, switchImplicit } from '../support/implicit.ts'
import { describeApplication } from '../support/keyed-application.ts'
import { type ExpressServer, startExpress } from './express-server.ts'

/*
 * express-openid-connect, as its documentation sets it up. Its default is the implicit flow, by form; told to use codes it
 * sends PKCE, state and nonce by itself.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const serve = async (): Promise<ExpressServer & { readonly application: TestApplication }> => {
  const server = await startExpress()
  const application = await describeApplication(
    app,
    await app.fixtures.firstParty({ redirectUris: [`${server.origin}/callback`] }),
    { post_logout_redirect_uris: [server.origin] },
  )
  server.express.use(
    auth({
      issuerBaseURL: app.issuer,
      baseURL: server.origin,
      clientID: application.clientId,
      clientSecret: application.clientSecret,
      secret: 'a secret of the application, which is long enough',
      authRequired: false,
      idpLogout: true,
      authorizationParams: {
        response_type: 'code',
        response_mode: 'query',
        scope: 'openid profile email offline_access',
      },
    }),
  )
  server.express.get('/', async (request, response) => {
    const { oidc } = request
    if (!oidc.isAuthenticated()) return void response.json(null)
    const userinfo = await oidc.fetchUserInfo()
    return void response.json({ user: oidc.user, userinfo, hasRefreshToken: oidc.refreshToken !== undefined })
  })
  server.express.get('/refresh', async (request, response) => {
    const before = request.oidc.accessToken?.access_token
    const after = await request.oidc.accessToken?.refresh()
    response.json({ isAnother: after !== undefined && after.access_token !== before })
  })
  return { ...server, application }
}

const signInTo = async (origin: string) => {
  const user = await app.fixtures.user({ firstName: 'Grace', lastName: 'Hopper' })
  const browser = createBrowser(origin)
  const login = await browser.get(`${origin}/login`)
  expect(login.left).toBe(true)
  const atServer = createBrowser(app.issuer)
  const callback = await followAuthorization(login.url, user, { browser: atServer })
  const home = await browser.get(callback.href)
  expect({ status: home.status, path: home.url.pathname }).toEqual({ status: 200, path: '/' })
  return { browser, atServer, userId: user.id }
}

describe('express-openid-connect', () => {
  test('OIDC Core §3.2: by its default, an ID token that is posted, a user signs in', async () => {
    await switchImplicit(app)
    await using server = await startExpress()
    const application = await implicitly(
      app,
      await app.fixtures.firstParty({ redirectUris: [`${server.origin}/callback`] }),
      // It is on this machine.
      { application_type: 'native', response_types: [ID_TOKEN] },
    )
    server.express.use(
      auth({
        issuerBaseURL: app.issuer,
        baseURL: server.origin,
        clientID: application.clientId,
        secret: 'a secret of the application, which is long enough',
        authRequired: false,
        // Of http its form comes without cookies, unless they may go anywhere within the site.
        session: { cookie: { sameSite: 'Lax' } },
      }),
    )
    server.express.get('/', (request, response) => void response.json(request.oidc.user ?? null))
    const user = await app.fixtures.user({ firstName: 'Grace', lastName: 'Hopper' })
    const browser = createBrowser(server.origin)
    const login = await browser.get(`${server.origin}/login`)
    expect(login.url.searchParams.get('response_type')).toBe('id_token')
    const atServer = createBrowser(app.issuer)
    const page = await atServer.get(login.url.href)
    const posting = await signIn(atServer, page, user)
    const home = await browser.submit({ ...posting, url: login.url }, {})
    expect(JSON.parse(home.body)).toMatchObject({ sub: user.id, name: 'Grace Hopper' })
  })

  test('a user signs in, and the application knows them by ID token and userinfo', async () => {
    await using server = await serve()
    const { browser, userId } = await signInTo(server.origin)
    const { body } = await browser.get(`${server.origin}/`)
    expect(JSON.parse(body)).toMatchObject({
      user: { sub: userId, name: 'Grace Hopper', email_verified: true },
      userinfo: { sub: userId, given_name: 'Grace', family_name: 'Hopper' },
      hasRefreshToken: true,
    })
  })

  test('OIDC RP-Initiated Logout §2: it signs the user out here too, without a question', async () => {
    await using server = await serve()
    const { browser, atServer } = await signInTo(server.origin)
    const leaving = await browser.get(`${server.origin}/logout`)
    expect(leaving.left).toBe(true)
    const back = await atServer.get(leaving.url.href)
    expect(back.url.href).toBe(`${server.origin}/`)
    expect((await atServer.get(`${app.issuer}/`)).body).not.toContain('id="sign-out"')
    expect(JSON.parse((await browser.get(`${server.origin}/`)).body)).toBeNull()
  })

  test('RFC 6749 §6: it refreshes its access token', async () => {
    await using server = await serve()
    const { browser } = await signInTo(server.origin)
    const { body } = await browser.get(`${server.origin}/refresh`)
    expect(JSON.parse(body)).toEqual({ isAnother: true })
  })
})
