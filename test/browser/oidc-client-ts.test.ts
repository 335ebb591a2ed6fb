import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestApplication } from '../support/fixtures.ts'
import { describeApplication } from '../support/keyed-application.ts'
import { openStage, signIn } from './support/stage.ts'

/*
 * A single-page application with oidc-client-ts, the build that browsers load: a public client of another origin, which
 * has nothing but scripts and the endpoints that CORS opens to it.
 */

const library = readFileSync(
  createRequire(import.meta.url)
    .resolve('oidc-client-ts')
    .replace(/umd.*$/, 'browser/oidc-client-ts.min.js'),
)

const page = `<!doctype html><title>Single page</title><p id="state">loading</p>
<script src="/oidc-client-ts.min.js"></script><script src="/application.js"></script>`

/** What the application does is asked of it by the test: `window.application`. */
const script = (issuer: string, clientId: string, origin: string) => `
const manager = new oidc.UserManager({
  authority: ${JSON.stringify(issuer)},
  client_id: ${JSON.stringify(clientId)},
  redirect_uri: ${JSON.stringify(`${origin}/callback`)},
  post_logout_redirect_uri: ${JSON.stringify(`${origin}/`)},
  scope: 'openid profile email offline_access',
  loadUserInfo: true,
  automaticSilentRenew: false,
  revokeTokensOnSignout: true,
})
window.application = manager
const state = document.getElementById('state')
const show = (text) => { state.textContent = text }
if (location.pathname === '/callback') {
  manager.signinRedirectCallback().then(
    () => { history.replaceState(null, '', '/'); show('signed in') },
    (error) => show('failed: ' + error.message))
} else {
  manager.getUser().then((user) => show(user ? 'signed in' : 'signed out'))
}`

const stage = await openStage()
let server: Server
let origin: string
let application: TestApplication

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin)
    const [type, body] =
      pathname === '/oidc-client-ts.min.js'
        ? ['text/javascript', library]
        : pathname === '/application.js'
          ? ['text/javascript', script(stage.app.issuer, application.clientId, origin)]
          : ['text/html', page]
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  origin = `http://127.0.0.1:${address.port}`
  application = await describeApplication(
    stage.app,
    await stage.app.fixtures.firstParty({ isPublic: true, redirectUris: [`${origin}/callback`] }),
    { post_logout_redirect_uris: [`${origin}/`] },
  )
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

interface OidcUser {
  readonly access_token: string
  readonly refresh_token?: string
  readonly profile: Readonly<Record<string, unknown>>
}

interface UserManager {
  signinRedirect(): Promise<void>
  signinSilent(): Promise<OidcUser | null>
  getUser(): Promise<OidcUser | null>
  revokeTokens(): Promise<void>
  signoutRedirect(): Promise<void>
}

declare global {
  interface Window {
    readonly application: UserManager
  }
}

const stateOf = (visited: Page) => visited.locator('#state').textContent()

const signedIn = async () => {
  const user = await stage.app.fixtures.user({ firstName: 'Grace', lastName: 'Hopper' })
  const { page: tab } = await stage.person()
  await tab.goto(origin)
  await expect.poll(() => stateOf(tab)).toBe('signed out')
  await Promise.all([
    tab.waitForURL(`${stage.app.issuer}/sign-in**`),
    tab.evaluate(() => void window.application.signinRedirect()),
  ])
  await signIn(tab, user)
  await expect.poll(() => stateOf(tab)).toBe('signed in')
  return { tab, user }
}

describe('oidc-client-ts in Chromium', () => {
  test('a user signs in to a single-page application, which reads their claims', async () => {
    const { tab, user } = await signedIn()
    const held = await tab.evaluate(() => window.application.getUser())
    expect(held?.profile).toMatchObject({ sub: user.id, name: 'Grace Hopper', email: user.email })
    expect(held?.refresh_token).toBeTypeOf('string')
  })

  test('RFC 6749 §6: it renews its tokens without a page', async () => {
    const { tab, user } = await signedIn()
    const before = await tab.evaluate(() => window.application.getUser())
    const after = await tab.evaluate(() => window.application.signinSilent())
    expect(after?.profile).toMatchObject({ sub: user.id })
    expect(after?.access_token).not.toBe(before?.access_token)
  })

  test('OIDC RP-Initiated Logout §2: it signs the user out, who is back at once', async () => {
    const { tab, user } = await signedIn()
    await Promise.all([
      tab.waitForURL(`${origin}/**`, { waitUntil: 'load' }),
      tab.evaluate(() => void window.application.signoutRedirect()),
    ])
    await expect.poll(() => stateOf(tab)).toBe('signed out')
    // A session is what is over, too: the next application asks.
    await tab.goto(stage.app.issuer)
    expect(await tab.innerHTML('main')).not.toContain(user.email)
  })

  test('RFC 7009 §2: it revokes its tokens, and no renewal follows', async () => {
    const { tab } = await signedIn()
    const { refresh_token } = (await tab.evaluate(() => window.application.getUser())) ?? {}
    await tab.evaluate(() => window.application.revokeTokens())
    const answer = await fetch(`${stage.app.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refresh_token ?? '',
        client_id: application.clientId,
      }),
    })
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })
})
