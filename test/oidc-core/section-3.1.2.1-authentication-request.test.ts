import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { REDIRECT_URI, type TestApplication, type TestUser } from '../support/fixtures.ts'
import { askedFor, linkOf } from '../support/follow-authorization.ts'
import {
  type Answer,
  authorizationUrl,
  authorize,
  issuingNothing,
  obtainTokens,
  redeem,
  signIn,
  textOf,
} from '../support/relying-party.ts'

let app: TestApp
let user: TestUser
let first: TestApplication
let third: TestApplication
let acme: OrganizationId
let globex: OrganizationId
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  acme = await app.fixtures.organization('Acme')
  globex = await app.fixtures.organization('Globex')
  user = await app.fixtures.user({ organizations: [acme] })
  first = await app.fixtures.firstParty()
  third = await app.fixtures.thirdParty(globex)
})
afterAll(() => app[Symbol.asyncDispose]())

const signedIn = async (who: TestUser = user): Promise<TestBrowser> => {
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get(authorizationUrl(app, first)), who)
  return browser
}

const visit = (browser: TestBrowser, application: TestApplication, parameters: Record<string, string>) =>
  browser.get(authorizationUrl(app, application, { state: 's', ...parameters }))

const expectError = ({ left, url }: Visited, error: string): void => {
  expect(left).toBe(true)
  expect(url.origin + url.pathname).toBe(REDIRECT_URI)
  expect(Object.fromEntries(url.searchParams)).toEqual({
    error,
    error_description: expect.any(String),
    state: 's',
    iss: app.issuer,
  })
}

const authTimeOf = (tokens: Answer): number => Number(decodeJwt(textOf(tokens, 'id_token'))['auth_time'])

describe('OIDC Core §3.1.2.6: prompt=none shows no page', () => {
  test('OIDC Core §3.1.2.6: without a session it is login_required', async () => {
    const visited = await issuingNothing(app, () =>
      visit(createBrowser(app.issuer), first, { prompt: 'none' }),
    )
    expectError(visited, 'login_required')
  })

  test('OIDC Core §3.1.2.6: with a session that has ended it is login_required', async () => {
    const browser = await signedIn()
    const other = await app.fixtures.user()
    const ended = await signedIn(other)
    await app.stores.sessions.endAllOf(other.id, app.clock.now())
    expectError(await visit(ended, first, { prompt: 'none' }), 'login_required')
    expect((await visit(browser, first, { prompt: 'none' })).url.searchParams.has('code')).toBe(true)
  })

  test('OIDC Core §3.1.2.6: with a session older than max_age it is login_required', async () => {
    const browser = await signedIn()
    app.clock.advance(100)
    const visited = await issuingNothing(app, () => visit(browser, first, { prompt: 'none', max_age: '60' }))
    expectError(visited, 'login_required')
  })

  test('OIDC Core §3.1.2.6: with a session but without consent it is consent_required', async () => {
    const browser = await signedIn()
    const visited = await issuingNothing(app, () => visit(browser, third, { prompt: 'none' }))
    expectError(visited, 'consent_required')
  })

  test('OIDC Core §3.1.2.6: with consent to less than is asked for it is consent_required', async () => {
    const browser = await signedIn()
    const application = await app.fixtures.thirdParty(globex)
    await authorize(app, application, user, { scope: 'openid' }, browser)
    const more = { prompt: 'none', scope: 'openid email' }
    expectError(await issuingNothing(app, () => visit(browser, application, more)), 'consent_required')
    const same = await visit(browser, application, { prompt: 'none', scope: 'openid' })
    expect(same.url.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  test('OIDC Core §3.1.2.6: with several organizations to choose from it is interaction_required', async () => {
    const member = await app.fixtures.user({ organizations: [acme, globex] })
    const browser = createBrowser(app.issuer)
    const page = await signIn(browser, await browser.get(authorizationUrl(app, first)), member)
    expect(page.url.pathname).toBe('/select-organization')
    expectError(
      await issuingNothing(app, () => visit(browser, first, { prompt: 'none' })),
      'interaction_required',
    )
    const named = await visit(browser, first, { prompt: 'none', organization_id: globex })
    expect(named.url.searchParams.has('code')).toBe(true)
  })
})

describe('OIDC Core §3.1.2.1: prompt=login', () => {
  test('OIDC Core §3.1.2.1: asks for the password again, and auth_time moves', async () => {
    const browser = createBrowser(app.issuer)
    const before = await obtainTokens(app, first, user, {}, browser)
    app.clock.advance(50)
    const silent = await obtainTokens(app, first, user, {}, browser)
    expect(authTimeOf(silent)).toBe(authTimeOf(before))
    const page = await visit(browser, first, { prompt: 'login' })
    expect(page.url.pathname).toBe('/sign-in')
    const answered = await signIn(browser, page, user)
    const tokens = await redeem(app, first, answered.url.searchParams.get('code') ?? '')
    expect(authTimeOf(tokens)).toBeGreaterThanOrEqual(authTimeOf(before) + 50)
  })

  test('OIDC Core §3.1.2.1: cannot be got past by going on without signing in', async () => {
    const browser = await signedIn()
    const page = await visit(browser, first, { prompt: 'login' })
    const request = page.url.searchParams.get('request') ?? ''
    const again = await issuingNothing(app, () =>
      browser.get(`/oauth2/authorize/continue?${new URLSearchParams({ request })}`),
    )
    expect(again.url.pathname).toBe('/sign-in')
  })

  test('OIDC Core §3.1.2.1: select_account lets the user choose again', async () => {
    const page = await visit(await signedIn(), first, { prompt: 'select_account' })
    expect(page.url.pathname).toBe('/sign-in')
  })

  test('OIDC Core §3.1.2.1: consent asks again though everything was agreed to', async () => {
    const browser = createBrowser(app.issuer)
    const application = await app.fixtures.thirdParty(globex)
    await authorize(app, application, user, {}, browser)
    const page = await visit(browser, application, { prompt: 'consent' })
    expect(page.url.pathname).toBe('/consent')
    const allowed = await browser.submit(page, { decision: 'allow' })
    expect(allowed.url.searchParams.has('code')).toBe(true)
  })
})

describe('OIDC Core §3.1.2.1: max_age', () => {
  test('OIDC Core §3.1.2.1: a younger session is enough, and auth_time says so', async () => {
    const browser = createBrowser(app.issuer)
    const before = await obtainTokens(app, first, user, {}, browser)
    app.clock.advance(100)
    const tokens = await obtainTokens(app, first, user, { max_age: '1000' }, browser)
    expect(authTimeOf(tokens)).toBe(authTimeOf(before))
  })

  test.each(['60', '0'])(
    'OIDC Core §3.1.2.1: after max_age=%s seconds the user signs in again',
    async (maxAge) => {
      const browser = createBrowser(app.issuer)
      const before = await obtainTokens(app, first, user, {}, browser)
      app.clock.advance(100)
      const page = await visit(browser, first, { max_age: maxAge })
      expect(page.url.pathname).toBe('/sign-in')
      const answered = await signIn(browser, page, user)
      const tokens = await redeem(app, first, answered.url.searchParams.get('code') ?? '')
      expect(authTimeOf(tokens)).toBeGreaterThanOrEqual(authTimeOf(before) + 100)
    },
  )
})

describe('OIDC Core §3.1.2.1: login_hint', () => {
  test('OIDC Core §3.1.2.1: an e-mail address is who is asked for a password, whether there is such a user', async () => {
    for (const hint of [user.email, 'ada+x@example.com']) {
      expect(askedFor(await visit(createBrowser(app.issuer), first, { login_hint: hint }))).toBe(hint)
    }
  })

  test('OIDC Core §3.1.2.1: is a hint: whoever uses another account is asked who they are', async () => {
    const browser = createBrowser(app.issuer)
    const page = await visit(browser, first, { login_hint: 'ada+x@example.com' })
    const begun = await browser.get(linkOf(page, 'use-another-account'))
    expect(begun.body).toMatch(/<input[^>]*name="email"/)
    expect(begun.body).not.toContain('ada+x@')
    expect((await signIn(browser, begun, user)).url.searchParams.has('code')).toBe(true)
  })

  test('OIDC Core §3.1.2.1: fills in what is no address, and what the user is to choose anyway', async () => {
    for (const [hint, more] of [
      ['ada', {}],
      ['ada+x@example.com', { prompt: 'select_account' }],
    ] as const) {
      const page = await visit(createBrowser(app.issuer), first, { login_hint: hint, ...more })
      expect(page.body).toContain(`value="${hint}"`)
      expect(page.body).toMatch(/<input[^>]*name="email"/)
    }
  })

  test('OIDC Core §3.1.2.1: is escaped', async () => {
    const hint = '"><script>alert(1)</script><input value="'
    const page = await visit(createBrowser(app.issuer), first, { login_hint: hint })
    expect(page.status).toBe(200)
    expect(page.body).not.toContain('<script>')
    expect(page.body).toContain('&quot;')
  })
})

describe('OIDC Core §3.1.2.6: an organization in particular', () => {
  test('a member acts for it, and org_id says so', async () => {
    const member = await app.fixtures.user({ organizations: [acme, globex] })
    for (const organization of [acme, globex]) {
      const tokens = await obtainTokens(app, first, member, { organization_id: organization })
      expect(decodeJwt(textOf(tokens, 'access_token'))['org_id']).toBe(organization)
    }
  })

  test.each([
    ['somebody who is no member', () => globex],
    ['an organization that does not exist', () => 'org_01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ])('RFC 6749 §4.1.2.1: %s gets access_denied', async (_what, organization) => {
    const browser = await signedIn()
    const visited = await issuingNothing(app, () =>
      visit(browser, first, { organization_id: organization() }),
    )
    expectError(visited, 'access_denied')
  })

  test('RFC 6749 §4.1.2.1: so does an inactive member', async () => {
    const member = await app.fixtures.user({ organizations: [globex] })
    await app.stores.memberships.setStatus(member.id, globex, 'inactive', app.clock.now())
    const browser = await signedIn(member)
    const visited = await issuingNothing(app, () => visit(browser, first, { organization_id: globex }))
    expectError(visited, 'access_denied')
  })
})

describe('RFC 6749 §4.1.2.1: the user refuses', () => {
  test('RFC 6749 §4.1.2.1: deny is access_denied, nothing is kept, and the next time asks again', async () => {
    const browser = await signedIn()
    const page = await visit(browser, third, {})
    expect(page.url.pathname).toBe('/consent')
    const visited = await issuingNothing(app, () => browser.submit(page, { decision: 'deny' }))
    expectError(visited, 'access_denied')
    expect((await visit(browser, third, {})).url.pathname).toBe('/consent')
  })

  test('OIDC Core §3.1.2.1: more scopes than agreed to ask again, and add to what was agreed', async () => {
    const browser = await signedIn()
    const application = await app.fixtures.thirdParty(globex)
    await authorize(app, application, user, { scope: 'openid email' }, browser)
    const page = await visit(browser, application, { scope: 'openid profile' })
    expect(page.url.pathname).toBe('/consent')
    await browser.submit(page, { decision: 'allow' })
    const both = await visit(browser, application, { scope: 'openid email profile', prompt: 'none' })
    expect(both.url.searchParams.has('code')).toBe(true)
  })
})
