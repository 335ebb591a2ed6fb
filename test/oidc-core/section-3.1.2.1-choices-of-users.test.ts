import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  obtainTokens,
  open,
  signIn,
  textOf,
} from '../support/relying-party.ts'

let app: TestApp
let acme: OrganizationId
let globex: OrganizationId
let first: TestApplication
let third: TestApplication
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  acme = await app.fixtures.organization('Acme')
  globex = await app.fixtures.organization('Globex')
  first = await app.fixtures.firstParty()
  third = await app.fixtures.thirdParty(await app.fixtures.organization('Initech'))
})
afterAll(() => app[Symbol.asyncDispose]())

const consentsOf = async ({ id }: TestUser) => (await app.stores.consents.standing(id, third.id)).consents

describe('what a user decides is for what they were shown, and for nobody else', () => {
  test('consent shown for an organization the user has left meanwhile is not taken for another', async () => {
    const user = await app.fixtures.user({ organizations: [acme, globex] })
    const browser = createBrowser(app.issuer)
    let visited = await signIn(browser, await browser.get(authorizationUrl(app, third)), user)
    visited = await browser.submit(visited, { organization_id: acme })
    expect(visited.url.pathname).toBe('/consent')
    expect(visited.body).toContain('Acme')
    await app.stores.memberships.delete(user.id, acme)
    visited = await browser.submit(visited, { decision: 'allow' })
    // Asked again, for the one that is left; nothing was agreed to.
    expect(visited.url.pathname).toBe('/consent')
    expect(visited.body).toContain('Globex')
    expect(await consentsOf(user)).toEqual([])
  })

  test('consent shown for no organization is not taken for one the user was added to meanwhile', async () => {
    const user = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    let visited = await signIn(browser, await browser.get(authorizationUrl(app, third)), user)
    await app.fixtures.member(user.id, acme)
    visited = await browser.submit(visited, { decision: 'allow' })
    expect(visited.url.pathname).toBe('/consent')
    expect(visited.body).toContain('Acme')
    expect(await consentsOf(user)).toEqual([])
  })

  test('an "allow" to prompt=consent does not answer for the next user of the browser', async () => {
    const [ada, grace] = [await app.fixtures.user(), await app.fixtures.user()]
    await authorize(app, third, grace)
    const browser = createBrowser(app.issuer)
    let visited = await browser.get(authorizationUrl(app, third, { prompt: 'consent' }))
    visited = await signIn(browser, visited, ada)
    const consentPage = visited.url.href
    visited = await browser.submit(visited, { decision: 'allow' })
    expect(visited.left).toBe(true)
    await browser.submit(await browser.get('/'), {})
    // From the history of the browser, as somebody else.
    visited = await browser.get(consentPage)
    expect(visited.url.pathname).toBe('/sign-in')
    visited = await signIn(browser, visited, grace)
    expect(visited.url.pathname).toBe('/consent')
  })

  test('consenting twice to a request without any scope works', async () => {
    const user = await app.fixtures.user()
    for (const _time of ['first', 'second']) {
      const response = await authorize(app, third, user, { scope: '', prompt: 'consent' })
      expect(response.get('code')).toMatch(/^[\w-]{43}$/)
    }
  })
})

describe('OIDC Core §3.1.2.1: id_token_hint', () => {
  const hintOf = async (user: TestUser, application = first) =>
    textOf(await obtainTokens(app, application, user), 'id_token')

  const signedInAs = async (user: TestUser) => {
    const browser = createBrowser(app.issuer)
    await signIn(browser, await browser.get(authorizationUrl(app, first)), user)
    return browser
  }

  test('prompt=none with the hint of the user who is signed in gets a code', async () => {
    const user = await app.fixtures.user()
    const browser = await signedInAs(user)
    const parameters = { prompt: 'none', id_token_hint: await hintOf(user) }
    const { url } = await browser.get(authorizationUrl(app, first, parameters))
    expect(url.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  test('prompt=none with the hint of another user is login_required', async () => {
    const [ada, grace] = [await app.fixtures.user(), await app.fixtures.user()]
    const browser = await signedInAs(grace)
    const parameters = { prompt: 'none', id_token_hint: await hintOf(ada) }
    const { url } = await browser.get(authorizationUrl(app, first, parameters))
    expect(url.searchParams.get('error')).toBe('login_required')
  })

  test('without prompt the hinted user is asked to sign in; another who does is login_required', async () => {
    const [ada, grace] = [await app.fixtures.user(), await app.fixtures.user()]
    const parameters = { id_token_hint: await hintOf(ada) }
    for (const [who, parameter] of [
      [ada, 'code'],
      [grace, 'error'],
    ] as const) {
      const browser = await signedInAs(grace)
      let visited = await browser.get(authorizationUrl(app, first, parameters))
      expect(visited.url.pathname).toBe('/sign-in')
      visited = await signIn(browser, visited, who)
      expect([...visited.url.searchParams.keys()]).toContain(parameter)
    }
  })

  test('an expired ID token still says who is meant; one of another client says nothing', async () => {
    const [ada, grace] = [await app.fixtures.user(), await app.fixtures.user()]
    const hint = await hintOf(ada)
    const foreign = await hintOf(ada, await app.fixtures.firstParty())
    app.clock.advance(2 * 3600)
    expect(decodeJwt(hint).exp).toBeLessThan(app.clock.now().getTime() / 1000)
    const browser = await signedInAs(grace)
    const answer = async (id_token_hint: string) =>
      (await browser.get(authorizationUrl(app, first, { prompt: 'none', id_token_hint }))).url.searchParams
    expect((await answer(hint)).get('error')).toBe('login_required')
    expect((await answer(foreign)).get('code')).toMatch(/^[\w-]{43}$/)
    expect((await answer('not.a.token')).get('code')).toMatch(/^[\w-]{43}$/)
  })
})

describe('OIDC Core §3.1.2.1: the request', () => {
  test('may be sent by POST', async () => {
    const [base = '', query = ''] = authorizationUrl(app, first, { state: 'by post' }).split('?')
    const response = await fetch(base, {
      method: 'POST',
      body: new URLSearchParams(query),
      redirect: 'manual',
    })
    expect(response.status).toBe(303)
    const browser = createBrowser(app.issuer)
    const visited = await browser.get(response.headers.get('location') ?? '')
    expect(visited.url.pathname).toBe('/sign-in')
  })

  test('needs redirect_uri with openid, even where just one is registered', async () => {
    const url = new URL(authorizationUrl(app, first))
    url.searchParams.delete('redirect_uri')
    expectErrorPage(await open(url.href))
  })

  test('RFC 6749 §3.1: a redirect_uri sent twice leads nowhere', async () => {
    const url = authorizationUrl(app, first)
    expectErrorPage(await open(`${url}&redirect_uri=${encodeURIComponent(first.redirectUri)}`))
  })
})
