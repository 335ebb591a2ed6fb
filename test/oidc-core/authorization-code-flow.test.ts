import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { signIn } from '../support/follow-authorization.ts'
import { authorizationUrl, credentials, obtainTokens, post, textOf } from '../support/relying-party.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('OIDC Core §3.1: authorization code flow', () => {
  test('a first-party application gets tokens for a user without any consent', async () => {
    const organization = await app.fixtures.organization()
    const user = await app.fixtures.user({ organizations: [organization] })
    const application = await app.fixtures.firstParty()
    const tokens = await obtainTokens(app, application, user, {
      scope: 'openid profile email offline_access',
      state: 's',
      nonce: 'n',
    })
    expect(tokens.status).toBe(200)
    expect(tokens.headers.get('cache-control')).toBe('no-store')
    expect(tokens.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'openid profile email offline_access',
    })
    const access = decodeJwt(textOf(tokens, 'access_token'))
    expect(decodeProtectedHeader(textOf(tokens, 'access_token')).typ).toBe('at+jwt')
    expect(access).toMatchObject({ sub: user.id, client_id: application.clientId, org_id: organization })
    const id = decodeJwt(textOf(tokens, 'id_token'))
    expect(id).toMatchObject({
      sub: user.id,
      aud: application.clientId,
      nonce: 'n',
      email: user.email,
      given_name: 'Ada',
    })

    const introspected = await post(`${app.issuer}/oauth2/introspection`, {
      token: textOf(tokens, 'access_token'),
      ...credentials(application),
    })
    expect(introspected.body).toMatchObject({ active: true, sub: user.id })

    const refreshed = await post(`${app.issuer}/oauth2/token`, {
      grant_type: 'refresh_token',
      refresh_token: textOf(tokens, 'refresh_token'),
      ...credentials(application),
    })
    expect(refreshed.status).toBe(200)
    expect(textOf(refreshed, 'refresh_token')).not.toBe(textOf(tokens, 'refresh_token'))
  })

  test('a third-party application gets them once the user allows', async () => {
    const organization = await app.fixtures.organization('Globex')
    const user = await app.fixtures.user()
    const application = await app.fixtures.thirdParty(organization, { name: 'Insights' })
    const browser = createBrowser(app.issuer)
    let visited = await browser.get(authorizationUrl(app, application, { state: 'xyz' }))
    expect(visited.url.pathname).toBe('/sign-in')
    expect(visited.body).toContain('Insights')
    visited = await signIn(browser, visited, user)
    expect(visited.url.pathname).toBe('/consent')
    expect(visited.body).toContain('Globex')
    visited = await browser.submit(visited, { decision: 'allow' })
    expect(visited.left).toBe(true)
    expect(visited.url.searchParams.get('state')).toBe('xyz')
    expect(visited.url.searchParams.get('iss')).toBe(app.issuer)
    expect(visited.url.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })
})
