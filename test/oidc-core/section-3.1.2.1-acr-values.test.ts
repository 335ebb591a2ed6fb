import { decodeJwt } from 'jose'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/system/hash.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorizationUrl,
  authorize,
  introspect,
  obtainTokens,
  redeem,
  signIn,
  textOf,
} from '../support/relying-party.ts'

/* How strong a sign-in is asked to be (acr_values, an acr of the claims parameter), and what is said of it. */

const SINGLE = 'urn:latchkey:acr:single-factor'
const MULTI = 'urn:latchkey:acr:multi-factor'
const RESISTANT = 'phr'

let app: TestApp
let user: TestUser
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

/** A browser in which the user has signed in by these methods. */
const signedInBy = async (...amr: string[]): Promise<TestBrowser> => {
  const browser = createBrowser(app.issuer)
  await authorize(app, application, user, {}, browser)
  const tokenHash = sha256(browser.cookie('latchkey_session') ?? '')
  const { kysely } = app.testDatabase.database
  await sql`update session set amr = ${sql.val(amr)}::text[] where token_hash = ${tokenHash}`.execute(kysely)
  return browser
}

const essential = (...values: string[]) => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
})

const visit = (browser: TestBrowser, parameters: Record<string, string>) =>
  browser.get(authorizationUrl(app, application, parameters))

/** Sets up no second factor. */
const notNow = (browser: TestBrowser, visited: Visited) => browser.submit(visited, { decision: 'not_now' })

describe('OIDC Core §2, RFC 8176: acr is what the methods amount to', () => {
  test.each([
    [['pwd'], SINGLE],
    [['otp'], SINGLE],
    [['pwd', 'otp', 'mfa'], MULTI],
    [['hwk', 'user', 'mfa'], RESISTANT],
    [['pwd', 'swk', 'mfa'], RESISTANT],
  ])('%j: %s, in the ID token, the access token and at introspection', async (amr, acr) => {
    const browser = await signedInBy(...amr)
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)
    const said = { acr, amr, auth_time: decodeJwt(textOf(tokens, 'id_token'))['auth_time'] }
    expect(decodeJwt(textOf(tokens, 'id_token'))).toMatchObject(said)
    // RFC 9068 §2.2.1, RFC 9470 §6.1
    expect(decodeJwt(textOf(tokens, 'access_token'))).toMatchObject(said)
    // RFC 9470 §6.2
    for (const name of ['access_token', 'refresh_token']) {
      expect((await introspect(app, application, textOf(tokens, name))).body).toMatchObject(said)
    }
  })

  test('OIDC Core §3.1.2.1: to a client that asked it is the first class of its list that was reached', async () => {
    const browser = await signedInBy('hwk', 'user', 'mfa')
    for (const [asked, told] of [
      [`${MULTI} ${RESISTANT}`, MULTI],
      [`urn:example:gold ${RESISTANT} ${MULTI}`, RESISTANT],
      [SINGLE, SINGLE],
      ['urn:example:gold', RESISTANT],
    ] as const) {
      const tokens = await obtainTokens(app, application, user, { acr_values: asked }, browser)
      expect(decodeJwt(textOf(tokens, 'id_token'))['acr']).toBe(told)
      expect(decodeJwt(textOf(tokens, 'access_token'))['acr']).toBe(told)
    }
    const tokens = await obtainTokens(app, application, user, essential(MULTI), browser)
    expect(decodeJwt(textOf(tokens, 'id_token'))['acr']).toBe(MULTI)
  })
})

describe('OIDC Core §3.1.2.1: acr_values are a wish', () => {
  test('a session that has reached one of them is enough', async () => {
    const browser = await signedInBy('pwd', 'otp', 'mfa')
    const { url } = await visit(browser, { acr_values: `${RESISTANT} ${MULTI}` })
    expect(url.searchParams.has('code')).toBe(true)
  })

  test('RFC 9470 §4: they are heard without openid, too', async () => {
    const browser = await signedInBy('hwk', 'user', 'mfa')
    const parameters = { scope: 'offline_access', acr_values: MULTI }
    const tokens = await obtainTokens(app, application, user, parameters, browser)
    expect(decodeJwt(textOf(tokens, 'access_token'))['acr']).toBe(MULTI)
  })

  test('OIDC Core §3.1.2.6: with prompt=none nobody is refused for them', async () => {
    const { url } = await visit(await signedInBy('pwd'), { acr_values: RESISTANT, prompt: 'none' })
    const tokens = await redeem(app, application, url.searchParams.get('code') ?? '')
    expect(decodeJwt(textOf(tokens, 'id_token'))['acr']).toBe(SINGLE)
  })

  test('somebody who would rather not do more goes on, in the same session, under a new handle', async () => {
    const browser = await signedInBy('pwd')
    const before = browser.cookie('latchkey_session')
    app.clock.advance(60)
    const { url } = await notNow(browser, await visit(browser, { acr_values: RESISTANT }))
    const tokens = await redeem(app, application, url.searchParams.get('code') ?? '')
    const claims = decodeJwt(textOf(tokens, 'id_token'))
    expect(claims).toMatchObject({ acr: SINGLE, amr: ['pwd'] })
    expect(browser.cookie('latchkey_session')).not.toBe(before)
    // What was done is as old as it was.
    expect(Number(claims.iat) - Number(claims['auth_time'])).toBeGreaterThanOrEqual(60)
  })

  test('OWASP ASVS 5 §7.3.2: nor does that session last longer for it, or count as a sign-in', async () => {
    const browser = await signedInBy('pwd')
    const session = () =>
      app.stores.sessions.liveByToken(sha256(browser.cookie('latchkey_session') ?? ''), app.clock.now())
    const told = async () => {
      const id = (await session())?.id ?? ''
      return (await eventsOf(app, id, ['session.created', 'session.reauthenticated'])).length
    }
    const lastSignIn = async () => (await app.stores.users.byId(user.id))?.lastSignInAt
    const before = [await session(), await told(), await lastSignIn()] as const
    app.clock.advance(60)
    await notNow(browser, await visit(browser, { acr_values: RESISTANT }))
    const after = [await session(), await told(), await lastSignIn()] as const
    const tokenHash = expect.any(String)
    expect(after).toEqual([{ ...before[0], tokenHash }, before[1], before[2]])
    expect(after[0]?.tokenHash).not.toBe(before[0]?.tokenHash)
  })
})

describe('OIDC Core §5.5.1.1: an essential acr is a condition', () => {
  test('a session that has reached it is enough', async () => {
    const { url } = await visit(await signedInBy('pwd', 'otp', 'mfa'), essential(MULTI))
    expect(url.searchParams.has('code')).toBe(true)
  })

  test('with prompt=none, one that has not is login_required', async () => {
    const { url } = await visit(await signedInBy('pwd'), { ...essential(MULTI), prompt: 'none' })
    expect(url.searchParams.get('error')).toBe('login_required')
  })

  test('OIDC Unmet Authentication Requirements §2: a sign-in that has not reached it is refused', async () => {
    const browser = createBrowser(app.issuer)
    const page = await visit(browser, { ...essential(RESISTANT), state: 's' })
    const { url } = await notNow(browser, await signIn(browser, page, user))
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      error: 'unmet_authentication_requirements',
      state: 's',
      iss: app.issuer,
    })
  })

  test('nor does it help to be signed in already', async () => {
    const browser = await signedInBy('pwd')
    const { url } = await notNow(browser, await visit(browser, essential(MULTI, RESISTANT)))
    expect(url.searchParams.get('error')).toBe('unmet_authentication_requirements')
  })
})

test('OIDC Registration §2: default_acr_values hold where a request says nothing of acr', async () => {
  const own = await app.fixtures.firstParty()
  const management = await app.management()
  const path = `/latchkey/v1/applications/${own.id}/client_metadata`
  await management.put(path, { default_acr_values: [MULTI] })
  await app.changesHeard()
  const browser = await signedInBy('hwk', 'user', 'mfa')
  const acrFor = async (parameters: Record<string, string>) => {
    const tokens = await obtainTokens(app, own, user, parameters, browser)
    return decodeJwt(textOf(tokens, 'id_token'))['acr']
  }
  expect(await acrFor({})).toBe(MULTI)
  expect(await acrFor({ acr_values: RESISTANT })).toBe(RESISTANT)
  expect(await acrFor({ claims: JSON.stringify({ id_token: { acr: null } }) })).toBe(RESISTANT)
})

test('OIDC Core §3.1.2.1: what cannot be had is not announced, and a wish for it is none', async () => {
  const browser = await signedInBy('pwd')
  const management = await app.management(['environment:write'])
  const settings = '/latchkey/v1/settings'
  await management.patch(settings, { standalone_login_uri: 'https://login.example.com/' })
  try {
    const metadata = await fetch(`${app.issuer}/.well-known/openid-configuration`)
    expect(await metadata.json()).toMatchObject({ acr_values_supported: [SINGLE] })
    // Nobody is sent to the operator's page again for what it does not say.
    const { url } = await visit(browser, { acr_values: RESISTANT })
    expect(url.searchParams.has('code')).toBe(true)
    const refused = await visit(browser, essential(RESISTANT))
    expect(refused.url.searchParams.get('error')).toBe('unmet_authentication_requirements')
    // But of an application whose users sign in here, it can.
    const rule = { name: 'Here', uri: null, application_id: application.id }
    await management.post('/latchkey/v1/login_uris', rule)
    await app.changesHeard()
    expect((await visit(browser, essential(RESISTANT))).url.pathname).toBe('/sign-in')
    const announced = await fetch(`${app.issuer}/.well-known/openid-configuration`)
    expect(await announced.json()).toMatchObject({ acr_values_supported: [SINGLE, MULTI, RESISTANT] })
  } finally {
    await management.patch(settings, { standalone_login_uri: null })
  }
})
