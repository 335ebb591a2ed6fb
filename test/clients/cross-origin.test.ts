import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { REDIRECT_URI } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { BlockedByCors, crossOriginFetch } from './cross-origin-fetch.ts'

/*
 * Applications whose code runs in a browser, under an origin of their own: what they may call, and what they get to
 * see of the answers.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const ORIGIN = 'https://app.example.com'
const fetchFromPage = crossOriginFetch(ORIGIN)

const open: readonly (readonly [path: string, method: 'GET' | 'POST'])[] = [
  ['/.well-known/openid-configuration', 'GET'],
  ['/.well-known/oauth-authorization-server', 'GET'],
  ['/oauth2/jwks', 'GET'],
  ['/oauth2/token', 'POST'],
  ['/oauth2/revoke', 'POST'],
  ['/oauth2/userinfo', 'GET'],
  ['/oauth2/userinfo', 'POST'],
]

describe.each(open)('%s by %s', (path, method) => {
  test('Fetch, CORS-preflight fetch: it allows the headers that clients send, to every origin', async () => {
    const response = await fetch(app.issuer + path, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toContain(method)
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'mcp-protocol-version']))
    expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThan(0)
    // Cookies of the server's own pages are none of these endpoints' business.
    expect(response.headers.has('access-control-allow-credentials')).toBe(false)
  })

  test('Fetch, CORS protocol: the answer can be read, whatever it says', async () => {
    const response = await fetchFromPage(app.issuer + path, {
      method,
      headers: { 'mcp-protocol-version': '2025-11-25' },
      ...(method === 'POST' && { body: new URLSearchParams({ client_id: 'client_unknown' }) }),
    })
    expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
    expect(await response.json()).toBeTypeOf('object')
  })
})

describe('an application in a browser', () => {
  const configure = async () => {
    const application = await app.fixtures.firstParty({ isPublic: true })
    return client.discovery(new URL(app.issuer), application.clientId, undefined, client.None(), {
      execute: [client.allowInsecureRequests],
      [client.customFetch]: (url, init) => fetchFromPage(url, init as RequestInit),
    })
  }

  test('RFC 9700 §2.1.1: signs in, reads the claims, refreshes and revokes from its own origin', async () => {
    const config = await configure()
    const user = await app.fixtures.user()
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    // The browser goes there itself; only what follows is for the script.
    const callback = await followAuthorization(url, user)
    const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier })
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, user.id)
    expect(userinfo.email).toBe(user.email)
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    await client.tokenRevocation(config, refreshed.refresh_token ?? '')
    await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('RFC 6750 §3: can read why its token was refused', async () => {
    const config = await configure()
    await expect(client.fetchUserInfo(config, 'expired', client.skipSubjectCheck)).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }],
    })
  })
})

describe('refusals can be read as well', () => {
  test.each([
    [
      'an unknown client',
      'application/x-www-form-urlencoded',
      'client_id=client_unknown',
      401,
      'invalid_client',
    ],
    ['a body of another type', 'application/json', '{}', 400, 'invalid_request'],
    ['a repeated parameter', 'application/x-www-form-urlencoded', 'code=a&code=b', 400, 'invalid_request'],
    [
      'a body that is too large',
      'application/x-www-form-urlencoded',
      `code=${'a'.repeat(70_000)}`,
      400,
      'invalid_request',
    ],
  ])('RFC 6749 §5.2: %s', async (_, contentType, body, status, error) => {
    for (const path of ['/oauth2/token', '/oauth2/revoke']) {
      const headers = { 'content-type': contentType }
      const response = await fetchFromPage(app.issuer + path, { method: 'POST', headers, body })
      expect(response.status).toBe(status)
      expect(await response.json()).toMatchObject({ error })
    }
  })

  test.each([
    ['no token', {}],
    ['a malformed token', { authorization: 'Bearer not-a-token' }],
  ])('RFC 6750 §3.1: %s at userinfo', async (_, headers) => {
    const response = await fetchFromPage(`${app.issuer}/oauth2/userinfo`, { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain(`Bearer realm="${app.issuer}"`)
    expect(await response.json()).toMatchObject({ error: 'invalid_token' })
  })

  test.each(['/.well-known/openid-configuration', '/oauth2/jwks'])(
    'RFC 9110 §15.4.5: that %s is unchanged',
    async (path) => {
      const { headers } = await fetch(app.issuer + path)
      // A browser revalidates by itself, without asking first.
      const revalidated = await fetch(app.issuer + path, {
        headers: { origin: ORIGIN, 'if-none-match': headers.get('etag') ?? '' },
      })
      expect(revalidated.status).toBe(304)
      expect(revalidated.headers.get('access-control-allow-origin')).toBe('*')
    },
  )
})

describe('not open to pages of other origins', () => {
  test('RFC 7662 §2.1: introspection, asked first or not', async () => {
    const { clientId, clientSecret } = await app.fixtures.firstParty()
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, token: 'any' })
    const url = `${app.issuer}/oauth2/introspection`
    await expect(fetchFromPage(url, { method: 'POST', body })).rejects.toThrow(BlockedByCors)
    const headers = { authorization: 'Basic YTpi' }
    await expect(fetchFromPage(url, { method: 'POST', body, headers })).rejects.toThrow(BlockedByCors)
  })

  test.each(['/oauth2/authorize', '/sign-in', '/consent', '/'])('the page %s', async (path) => {
    await expect(fetchFromPage(app.issuer + path)).rejects.toThrow(BlockedByCors)
  })
})
