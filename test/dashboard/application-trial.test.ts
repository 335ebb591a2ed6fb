import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, post, signedInAt, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { issuingNothing, open, signIn } from '../support/relying-party.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
let operator: TestUser
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  ;({ user: operator, browser } = await operatorAt(app, 'admin'))
})
afterAll(() => app[Symbol.asyncDispose]())

const CALLBACK = '/dashboard/try/callback'

const pathOf = ({ id }: Pick<TestApplication, 'id'>) => `/dashboard/applications/${id}/try`

/** Where the browser is sent when a try begins. */
const begun = async (
  application: TestApplication,
  form: Readonly<Record<string, string>> = {},
): Promise<URL> => {
  const csrf_token = csrfTokenOn(await browser.get(pathOf(application)))
  const { status, location } = await post(app, browser, pathOf(application), { csrf_token, ...form })
  expect(status).toBe(303)
  return new URL(location ?? '')
}

/** As a person would, up to the page that shows the answer. */
const tried = async (application: TestApplication, scope = 'openid email'): Promise<Visited> =>
  browser.submit(await browser.get(pathOf(application)), { scope })

const textOf = (visited: Visited, id: string): string =>
  textIn(visited, id).replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** Grants of an application that still give anything. */
const standingGrants = async ({ id }: TestApplication): Promise<number> => {
  const { rows } = await sql<{ standing: number }>`
    select count(*)::int as standing from authorization_grant join consent on consent.id = consent_id
     where application_id = ${id} and authorization_grant.revoked_at is null`.execute(
    app.testDatabase.database.kysely,
  )
  return rows[0]?.standing ?? 0
}

describe('a try of an application with users', () => {
  test('is its flow in the name of the operator: a code, tokens taken apart, userinfo, and nothing left of it', async () => {
    const application = await app.fixtures.firstParty()
    const answered = await tried(application, 'openid email offline_access')
    expect(answered).toMatchObject({ status: 200, url: { pathname: CALLBACK } })
    const code = answered.url.searchParams.get('code') ?? ''
    expect(textOf(answered, 'request-2')).toContain(`code = ${code.slice(0, 6)}…`)
    const redeemed = await browser.submit(answered, { client_secret: application.clientSecret })
    expect(redeemed.status).toBe(200)
    expect(JSON.parse(textOf(redeemed, 'id_token-claims'))).toMatchObject({
      iss: app.issuer,
      aud: application.clientId,
      sub: operator.id,
      email: operator.email,
    })
    expect(JSON.parse(textOf(redeemed, 'access_token-header'))).toMatchObject({ typ: 'at+jwt' })
    expect(JSON.parse(textOf(redeemed, 'answer-4'))).toMatchObject({ email: operator.email })
    expect(textOf(redeemed, 'step-5')).toContain('Revocation')
    expect(await standingGrants(application)).toBe(0)
  })

  test('shows, logs and keeps no secret, code, verifier or token', async () => {
    const application = await app.fixtures.firstParty()
    const answered = await tried(application)
    const code = answered.url.searchParams.get('code') ?? 'no code'
    const { body } = await browser.submit(answered, { client_secret: application.clientSecret })
    const encoded = Buffer.from(`${application.clientId}:${application.clientSecret}`).toString('base64')
    for (const secret of [application.clientSecret, code, encoded]) {
      expect(body).not.toContain(secret)
      expect(app.logLines.join('')).not.toContain(secret)
    }
    expect(body).not.toMatch(/eyJ[\w-]{20,}/)
    expect(body).not.toMatch(/client_secret" [^>]*value=/)
  })

  test('of one that keeps no secret asks for none, and proves its code by PKCE', async () => {
    const application = await app.fixtures.firstParty({ isPublic: true, requirePkce: true })
    const answered = await tried(application)
    expect(answered.body).not.toContain('name="client_secret"')
    const redeemed = await browser.submit(answered, { code: answered.url.searchParams.get('code') ?? '' })
    expect(JSON.parse(textOf(redeemed, 'access_token-claims'))).toMatchObject({ sub: operator.id })
  })

  test('asks on the consent page, and shows what its application hears of a no', async () => {
    const application = await app.fixtures.thirdParty(await app.fixtures.organization())
    const asked = await tried(application)
    expect(asked.url.pathname).toBe('/consent')
    const denied = await browser.submit(asked, { decision: 'deny' })
    expect(textOf(denied, 'request-2')).toContain('error = access_denied')
    expect(denied.body).not.toContain('id="redeem"')
  })

  test('shows why the token endpoint refuses, and asks again for a secret that was left out', async () => {
    const application = await app.fixtures.firstParty()
    const answered = await tried(application)
    const nothing = await browser.submit(answered, { client_secret: ' ' })
    expect(nothing).toMatchObject({ status: 422, body: expect.stringContaining('id="client_secret-error"') })
    const wrong = await browser.submit(nothing, { client_secret: 'lk_secret_wrong' })
    expect(JSON.parse(textOf(wrong, 'answer-3'))).toMatchObject({ error: 'invalid_client' })
    expect(wrong.body).not.toContain('lk_secret_wrong')
    const { body } = await browser.get(`/dashboard/applications/${application.id}/refusals`)
    expect(body).toContain('client_secret_basic does not prove')
  })

  test('that asks for what the application may not have comes back with the error', async () => {
    const answered = await tried(await app.fixtures.firstParty(), 'openid <b>unknown')
    expect(textOf(answered, 'request-2')).toContain('error = invalid_scope')
    expect(answered.body).not.toContain('<b>unknown')
    const endless = await tried(await app.fixtures.firstParty(), 'x'.repeat(20_000))
    expect(endless).toMatchObject({ status: 422, body: expect.stringContaining('id="scope-error"') })
  })
})

describe('RFC 9700 §2.1: the address that a try comes back to', () => {
  test('is nobody’s but that of a try: not registered, it is refused like any other', async () => {
    const application = await app.fixtures.firstParty()
    const other = await begun(await app.fixtures.firstParty())
    const url = await begun(application)
    const own = url.searchParams.get('state') ?? ''
    const forged = `${own.slice(0, -40)}AAAA${own.slice(-36)}`
    for (const state of ['', 'x', forged, other.searchParams.get('state') ?? '']) {
      url.searchParams.set('state', state)
      const { status, location, body } = await open(url.href)
      expect({ status, location }, state).toEqual({ status: 400, location: null })
      expect(body).not.toContain('code=')
    }
  })

  test('is for the operator who began: anybody else with the link is asked to sign in, and gets no code', async () => {
    const url = await begun(await app.fixtures.firstParty(), { scope: 'openid' })
    const user = await app.fixtures.user()
    const victim = await signedInAt(app, user)
    const asked = await issuingNothing(app, () => victim.browser.get(url.href))
    expect(asked.url.pathname).toBe('/sign-in')
    const insisted = await signIn(victim.browser, asked, user)
    expect(insisted.url.pathname).toBe(CALLBACK)
    expect(insisted.url.searchParams.get('error')).toBe('login_required')
    expect(insisted.url.searchParams.has('code')).toBe(false)
    expect(insisted.status).toBe(403)
  })

  test('shows an answer in the browser in which it began alone, and redeems nothing elsewhere', async () => {
    const application = await app.fixtures.firstParty()
    const answered = await tried(application)
    const elsewhere = await signedInAt(app, operator, '/dashboard')
    const shown = await elsewhere.browser.get(answered.url.href)
    expect(shown).toMatchObject({ status: 400, body: expect.stringContaining('id="no-trial"') })
    const { searchParams } = answered.url
    const form = {
      csrf_token: csrfTokenOn(elsewhere.visited),
      code: searchParams.get('code') ?? '',
      state: searchParams.get('state') ?? '',
      client_secret: application.clientSecret,
    }
    expect(await post(app, elsewhere.browser, '/dashboard/try/exchange', form)).toMatchObject({ status: 400 })
    // The code is as good as before, so nobody has used it.
    expect((await browser.submit(answered, { client_secret: application.clientSecret })).body).toContain(
      'step-5',
    )
  })

  test('takes no answer of another server, and nothing after half an hour', async () => {
    const application = await app.fixtures.firstParty()
    const answered = await tried(application)
    const mixed = new URL(answered.url)
    mixed.searchParams.set('iss', 'https://evil.example')
    expect(await browser.get(mixed.href)).toMatchObject({ status: 400 })
    const url = await begun(application, { scope: 'openid' })
    const twice = await browser.get(`${CALLBACK}?response=a&response=b&code=x&code=y`)
    expect(twice).toMatchObject({ status: 200, body: expect.stringContaining('id="no-trial"') })
    app.clock.advance(31 * 60)
    expect(await browser.get(answered.url.href)).toMatchObject({ status: 400 })
    const late = await issuingNothing(app, () => browser.get(url.href))
    expect(late.url.searchParams.has('code')).toBe(false)
    expect(late).toMatchObject({ status: 400, body: expect.stringContaining('id="no-trial"') })
  })
})

describe('a try of an application of a machine', () => {
  test('gets a token by the secret that was typed, asks about it and takes it back', async () => {
    await app.fixtures.permission('reports:read')
    const machine = await app.fixtures.m2m(await app.fixtures.organization(), { scopes: ['reports:read'] })
    const page = await browser.get(pathOf(machine))
    const done = await browser.submit(page, { client_secret: machine.clientSecret, scope: 'reports:read' })
    expect(done.status).toBe(200)
    expect(JSON.parse(textOf(done, 'access_token-claims'))).toMatchObject({ sub: machine.clientId })
    expect(JSON.parse(textOf(done, 'answer-2'))).toMatchObject({ active: true, scope: 'reports:read' })
    expect(textOf(done, 'step-3')).toContain('Revocation')
    expect(`${done.body}${app.logLines.join('')}`).not.toContain(machine.clientSecret)
    const refused = await browser.submit(page, { client_secret: '' })
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="client_secret-error"') })
  })
})

test('whoever may only look at the dashboard is shown no form of a try, and has none taken', async () => {
  const application = await app.fixtures.firstParty()
  const viewer = await operatorAt(app, 'viewer', pathOf(application))
  expect(viewer.visited.body).not.toContain('id="try"')
  const csrf_token = csrfTokenOn(viewer.visited)
  for (const path of [pathOf(application), '/dashboard/try/exchange']) {
    expect(await post(app, viewer.browser, path, { csrf_token })).toMatchObject({
      status: 403,
      location: null,
    })
  }
})
