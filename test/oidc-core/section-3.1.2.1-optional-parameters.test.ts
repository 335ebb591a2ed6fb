import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { register, registeredApplication, switchOn } from '../support/registration.ts'
import {
  authorizationUrl,
  expectErrorRedirect,
  issuingNothing,
  obtainTokens,
  open,
  redeem,
  signIn,
  textOf,
} from '../support/relying-party.ts'

let app: TestApp
let first: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  first = await app.fixtures.firstParty()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const visit = (
  browser: TestBrowser,
  parameters: Readonly<Record<string, string>>,
  application: TestApplication = first,
) => browser.get(authorizationUrl(app, application, parameters))

const signedIn = async (): Promise<TestBrowser> => {
  const browser = createBrowser(app.issuer)
  await signIn(browser, await visit(browser, {}), user)
  return browser
}

const idTokenOf = async (url: URL, application = first) =>
  decodeJwt(textOf(await redeem(app, application, url.searchParams.get('code') ?? ''), 'id_token'))

const withMetadata = async (metadata: ClientMetadata): Promise<TestApplication> => {
  const application = await app.fixtures.firstParty()
  const management = await app.management()
  const path = `/latchkey/v1/applications/${application.id}/client_metadata`
  expect((await management.put(path, metadata)).status).toBe(200)
  return application
}

describe('OIDC Core §3.1.2.1: parameters that are borne whatever they say', () => {
  test.each([
    ['display', 'page'],
    ['display', 'popup'],
    ['display', 'touch'],
    ['display', 'wap'],
    ['display', 'hologram'],
    ['ui_locales', 'se'],
    ['ui_locales', '<script> ../../etc %00 *'],
    ['claims_locales', 'se de'],
    ['acr_values', 'phr phrh'],
    ['acr_values', 'urn:latchkey:acr:single-factor'],
    ['login_hint', 'nobody'],
    ['extra', 'foobar'],
  ])('OIDC Core §3.1.2.1, §15.1: %s=%s', async (name, value) => {
    const page = await visit(createBrowser(app.issuer), { [name]: value })
    expect({ status: page.status, path: page.url.pathname }).toEqual({ status: 200, path: '/sign-in' })
    expect(page.body).toContain('<html lang="en"')
    expect(page.body).not.toContain('<script>')
    const { url } = await visit(await signedIn(), { [name]: value, prompt: 'none' })
    expect(await idTokenOf(url)).toMatchObject({ acr: 'urn:latchkey:acr:single-factor' })
  })

  test.each([
    ['fr-CA fr en', 'fr', 'ltr'],
    ['se pt-PT', 'pt', 'ltr'],
    ['ar-EG', 'ar', 'rtl'],
    ['zh-Hant-TW', 'ja', 'ltr'],
  ])(
    'ui_locales=%s from a browser that asks for Japanese: the whole way goes through pages in %s',
    async (ui_locales, language, direction) => {
      const browser = createBrowser(app.issuer, { 'accept-language': 'ja' })
      const thirdParty = await app.fixtures.thirdParty(await app.fixtures.organization())
      const page = await visit(browser, { ui_locales }, thirdParty)
      const expected = `<html lang="${language}" dir="${direction}">`
      expect(page.body).toContain(expected)
      const consent = await signIn(browser, page, user)
      expect(consent.url.pathname).toBe('/consent')
      expect(consent.body).toContain(expected)
    },
  )

  test('ui_locales: errors, answers by form, the way to a stranger and what comes too late are said in it as well', async () => {
    const browser = createBrowser(app.issuer, { 'accept-language': 'ja' })
    const asked = { ui_locales: 'fr' }
    await switchOn(app)
    await app.changesHeard()
    const stranger = await registeredApplication(app, await register(app))
    const signIn = await visit(browser, asked)
    app.clock.advance(1801)
    const pages = {
      shown: await visit(browser, { ...asked, redirect_uri: 'https://elsewhere.example/' }),
      'by form': await visit(browser, { ...asked, scope: 'unheard-of', response_mode: 'form_post' }),
      leaving: await visit(browser, { ...asked, prompt: 'none' }, stranger),
      expired: await browser.get(signIn.url.href),
    }
    for (const [name, { body }] of Object.entries(pages)) {
      expect(body, name).toContain('<html lang="fr" dir="ltr">')
    }
    expect(pages['by form'].body).toContain('id="response"')
    expect(pages.leaving.body).toContain('id="destination"')
    expect(pages.expired.status).toBe(400)
  })

  test.each([
    ['max_age', 'soon'],
    ['max_age', '-1'],
    ['max_age', '1.5'],
    ['prompt', 'sometimes'],
    ['prompt', 'none login'],
    ['prompt', 'none consent'],
    ['prompt', 'none select_account'],
  ])('OIDC Core §3.1.2.6: but %s=%s is invalid_request', async (name, value) => {
    const answer = await issuingNothing(app, () => open(authorizationUrl(app, first, { [name]: value })))
    expectErrorRedirect(answer, { to: first.redirectUri, error: 'invalid_request', iss: app.issuer })
  })
})

describe('OIDC Registration §2: defaults of a client', () => {
  test('OIDC Registration §2: default_max_age holds unless max_age says otherwise', async () => {
    const application = await withMetadata({ default_max_age: 60 })
    const browser = await signedIn()
    expect((await visit(browser, {}, application)).url.searchParams.has('code')).toBe(true)
    app.clock.advance(100)
    const silent = await issuingNothing(app, () => visit(browser, { prompt: 'none' }, application))
    expect(silent.url.searchParams.get('error')).toBe('login_required')
    const patient = await visit(browser, { prompt: 'none', max_age: '10000' }, application)
    expect(patient.url.searchParams.has('code')).toBe(true)
    const page = await visit(browser, {}, application)
    expect(page.url.pathname).toBe('/sign-in')
    const answered = await signIn(browser, page, user)
    const { auth_time, iat } = await idTokenOf(answered.url, application)
    expect(Number(iat) - Number(auth_time)).toBeLessThan(60)
  })

  test('OIDC Registration §2: default_max_age=0 has the user sign in each time, and once each time', async () => {
    const application = await withMetadata({ default_max_age: 0, require_auth_time: true })
    const browser = await signedIn()
    app.clock.advance(1)
    const page = await visit(browser, {}, application)
    expect(page.url.pathname).toBe('/sign-in')
    const answered = await signIn(browser, page, user)
    expect(await idTokenOf(answered.url, application)).toHaveProperty('auth_time')
  })

  test('OIDC Registration §2: default_acr_values are a wish, as acr_values is', async () => {
    const application = await withMetadata({ default_acr_values: ['phr'] })
    const { url } = await visit(await signedIn(), { prompt: 'none' }, application)
    expect((await idTokenOf(url, application))['acr']).toBe('urn:latchkey:acr:single-factor')
  })
})

describe('OIDC Core §3.1.2.1: prompt, several at once', () => {
  test('OIDC Core §3.1.2.1: login and consent: both, in this order', async () => {
    const third = await app.fixtures.thirdParty(await app.fixtures.organization())
    await obtainTokens(app, third, user)
    const browser = await signedIn()
    const page = await visit(browser, { prompt: 'consent login' }, third)
    expect(page.url.pathname).toBe('/sign-in')
    const next = await signIn(browser, page, user)
    expect(next.url.pathname).toBe('/consent')
    const answered = await browser.submit(next, { decision: 'allow' })
    expect(answered.url.searchParams.has('code')).toBe(true)
  })

  test('OIDC Core §3.1.2.1: login and max_age: signing in once is enough', async () => {
    const browser = await signedIn()
    app.clock.advance(10)
    const page = await visit(browser, { prompt: 'login select_account', max_age: '1' })
    const answered = await signIn(browser, page, user)
    expect(answered.url.searchParams.has('code')).toBe(true)
  })

  test('OIDC Core §3.1.2.1: login keeps the session of the same user: other applications stay in it', async () => {
    const browser = createBrowser(app.issuer)
    const before = decodeJwt(textOf(await obtainTokens(app, first, user, {}, browser), 'id_token'))
    app.clock.advance(10)
    const answered = await signIn(browser, await visit(browser, { prompt: 'login' }), user)
    const after = await idTokenOf(answered.url)
    expect(after['sid']).toBe(before['sid'])
    expect(Number(after['auth_time'])).toBeGreaterThanOrEqual(Number(before['auth_time']) + 10)
  })
})

describe('OIDC Core §3.1.2.1: an id_token_hint that is not an ID token of ours for this client names nobody', () => {
  const claims = (sub: string) => ({ iss: app.issuer, aud: first.clientId, sub })

  test.each([
    ['has another signature', (hint: string) => `${hint.slice(0, -8)}AAAAAAAA`],
    [
      'says another user under the same signature',
      (hint: string) => {
        const [header, , signature] = hint.split('.')
        const payload = Buffer.from(JSON.stringify(claims('user_01ARZ3NDEKTSV4RRFFQ69G5FAV')))
        return [header, payload.toString('base64url'), signature].join('.')
      },
    ],
    ['is not signed', () => new UnsecuredJWT(claims('user_01ARZ3NDEKTSV4RRFFQ69G5FAV')).encode()],
    [
      'is signed with the client ID as a secret',
      () =>
        new SignJWT(claims('user_01ARZ3NDEKTSV4RRFFQ69G5FAV'))
          .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
          .sign(new TextEncoder().encode(first.clientId)),
    ],
  ])('RFC 8725 §3.1: one that %s', async (_what, forge) => {
    const browser = await signedIn()
    const hint = textOf(await obtainTokens(app, first, user, {}, browser), 'id_token')
    const parameters = { prompt: 'none', id_token_hint: await forge(hint) }
    const { url } = await visit(browser, parameters)
    expect((await idTokenOf(url)).sub).toBe(user.id)
  })

  test('RFC 8725 §3.11: an access token is none', async () => {
    const other = textOf(await obtainTokens(app, first, await app.fixtures.user()), 'access_token')
    const { url } = await visit(await signedIn(), { prompt: 'none', id_token_hint: other })
    expect((await idTokenOf(url)).sub).toBe(user.id)
  })
})
