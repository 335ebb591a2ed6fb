import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { complete, completed, LOGIN_URI, setLoginUri, somebody } from '../support/own-login.ts'
import { authorizationUrl, introspect, redeem, textOf } from '../support/relying-party.ts'

/* What the operator's own login page is told is asked for, and what it says of when and how somebody signed in. */

let app: TestApp
let portal: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  portal = await app.fixtures.firstParty({ name: 'Portal' })
  await setLoginUri(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const seconds = () => Math.floor(app.clock.now().getTime() / 1000)

/** Sent to the login page with this. */
const sent = async (
  parameters: Readonly<Record<string, string>> = {},
  browser: TestBrowser = createBrowser(app.issuer),
) => {
  const { url } = await browser.get(authorizationUrl(app, portal, parameters))
  const externalAuthId = url.searchParams.get('external_auth_id') ?? ''
  return { browser, url, externalAuthId, told: url.searchParams.get('request') ?? '' }
}

/** As an operator's page does it. */
const verify = (token: string, audience = LOGIN_URI) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`)), {
    issuer: app.issuer,
    audience,
    typ: 'login-request+jwt',
    currentDate: app.clock.now(),
  })

describe('the login page is told what is asked for', () => {
  test('under the names of the parameters, signed for that page, for as long as the sign-in may take', async () => {
    const organizationId = await app.fixtures.organization()
    const { told, externalAuthId } = await sent({
      scope: 'openid email',
      login_hint: 'ada@example.com',
      prompt: 'login',
      max_age: '300',
      ui_locales: 'de en',
      organization_id: organizationId,
    })
    const { payload } = await verify(told)
    expect(payload).toEqual({
      iss: app.issuer,
      aud: LOGIN_URI,
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 300,
      jti: expect.stringMatching(/^[\w-]{43}$/),
      external_auth_id: externalAuthId,
      client_id: portal.clientId,
      client_name: 'Portal',
      first_party: true,
      scope: 'openid email',
      organization_id: organizationId,
      login_hint: 'ada@example.com',
      prompt: 'login',
      max_age: 300,
      ui_locales: 'de en',
      min_auth_time: expect.any(Number),
    })
  })

  test('for a page of ours: of no application', async () => {
    const { url } = await createBrowser(app.issuer).get('/sign-in')
    const { payload } = await verify(url.searchParams.get('request') ?? '')
    expect(payload).not.toHaveProperty('client_id')
    expect(payload).not.toHaveProperty('min_auth_time')
  })

  test('in a URL that servers take, whatever is asked for', async () => {
    const { url, told } = await sent({
      login_hint: 'a'.repeat(2000),
      ui_locales: Array.from({ length: 10 }, () => 'x'.repeat(300)).join(' '),
    })
    expect(url.href.length).toBeLessThan(4000)
    expect(decodeJwt(told)).not.toHaveProperty('login_hint')
  })

  test('RFC 8725 §3: what is forged, unsigned, over, or for another page is told apart', async () => {
    const { told } = await sent()
    await expect(verify(told, 'https://other.example.com/')).rejects.toThrow(/aud/)
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    const claims = decodeJwt(told)
    const [header = ''] = told.split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
    const forged = await new SignJWT({ ...claims, prompt: '' })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'login-request+jwt' })
      .sign(privateKey)
    // It is a good one to whoever trusts that key, and to nobody else.
    const jwk = { ...(await exportJWK(publicKey)), kid }
    await expect(
      jwtVerify(forged, createLocalJWKSet({ keys: [jwk] }), { currentDate: app.clock.now() }),
    ).resolves.toBeDefined()
    await expect(verify(forged)).rejects.toThrow(/signature/)
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'login-request+jwt' })).toString('base64url')
    await expect(verify(`${none}.${told.split('.')[1]}.`)).rejects.toThrow()
    app.clock.advance(301)
    await expect(verify(told)).rejects.toThrow(/exp/)
  })

  test('unless the operator has switched that off', async () => {
    const management = await app.management(['environment:write'])
    const settings = '/latchkey/v1/settings'
    await management.patch(settings, { standalone_signed_request: false })
    await app.changesHeard()
    try {
      const { url } = await sent({ login_hint: 'ada@example.com' })
      expect([...url.searchParams.keys()]).toEqual(['theme', 'external_auth_id'])
    } finally {
      await management.patch(settings, { standalone_signed_request: null })
      await app.changesHeard()
    }
  })
})

describe('when and how somebody signed in', () => {
  test('OIDC Core §2: is said in ID tokens and at introspection as the page says it', async () => {
    const { browser, externalAuthId } = await sent()
    const authTime = seconds() - 50
    const more = { auth_time: authTime, amr: ['pwd', 'otp', 'mfa'] }
    const { url } = await browser.get(await completed(app, externalAuthId, somebody(), more))
    const answer = await redeem(app, portal, url.searchParams.get('code') ?? '')
    expect(decodeJwt(textOf(answer, 'id_token'))).toMatchObject({
      auth_time: authTime,
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'urn:latchkey:acr:multi-factor',
    })
    const { body } = await introspect(app, portal, textOf(answer, 'access_token'))
    expect(body).toMatchObject({ active: true, auth_time: authTime, acr: 'urn:latchkey:acr:multi-factor' })
  })

  test.each([
    { what: 'in the future', more: () => ({ auth_time: seconds() + 120 }) },
    { what: 'no time', more: () => ({ auth_time: '2026-01-01' }) },
    { what: 'not a list', more: () => ({ amr: 'pwd' }) },
    { what: 'not a method', more: () => ({ amr: ['<script>'] }) },
    { what: 'too long', more: () => ({ amr: ['p'.repeat(33)] }) },
    { what: 'too many', more: () => ({ amr: Array.from({ length: 11 }, (_, i) => `m${i}`) }) },
  ])('is refused where it is $what, and nothing is done', async ({ more }) => {
    const { externalAuthId } = await sent()
    const user = somebody()
    expect((await complete(app, externalAuthId, user, more())).status).toBe(422)
    await completed(app, externalAuthId, user)
  })

  test('is never later than now, by whatever clock', async () => {
    const { browser, externalAuthId } = await sent()
    const more = { auth_time: seconds() + 30 }
    const { url } = await browser.get(await completed(app, externalAuthId, somebody(), more))
    const answer = await redeem(app, portal, url.searchParams.get('code') ?? '')
    const claims = decodeJwt(textOf(answer, 'id_token'))
    expect(claims['auth_time']).toBeLessThanOrEqual(seconds())
  })
})

describe('OIDC Core §3.1.2.1: whoever has to sign in anew', () => {
  test.each([{ prompt: 'login' }, { max_age: '60' }, { max_age: '0' }])(
    'has done so by %o when they have signed in since, and not before',
    async (parameters) => {
      app.clock.advance(100)
      const { browser, externalAuthId, told } = await sent(parameters)
      const since = Number((await verify(told)).payload['min_auth_time'])
      const user = somebody()
      const refused = await complete(app, externalAuthId, user, { auth_time: since - 1 })
      expect(refused).toMatchObject({ status: 400, body: { code: 'reauthentication_required' } })
      // Nothing was done: their page has them sign in, and says so.
      app.clock.advance(10)
      const uri = await completed(app, externalAuthId, user, { auth_time: since })
      expect((await browser.get(uri)).url.searchParams.has('code')).toBe(true)
    },
  )

  test('is taken to have, where the page does not say when', async () => {
    const { browser, externalAuthId } = await sent({ prompt: 'login' })
    const { url } = await browser.get(await completed(app, externalAuthId, somebody()))
    expect(url.searchParams.has('code')).toBe(true)
  })

  test('by another application comes there again, if the page said that it was long ago', async () => {
    const { browser, externalAuthId } = await sent()
    const more = { auth_time: seconds() - 500 }
    await browser.get(await completed(app, externalAuthId, somebody(), more))
    expect((await sent({ max_age: '1000' }, browser)).externalAuthId).toBe('')
    expect((await sent({ max_age: '400' }, browser)).externalAuthId).not.toBe('')
  })
})
