import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { linkOf } from '../support/follow-authorization.ts'
import { register, registeredApplication, switchOn } from '../support/registration.ts'
import {
  authorizationUrl,
  expectErrorPage,
  identify,
  issuingNothing,
  type Opened,
  open,
  signIn,
} from '../support/relying-party.ts'

/* The pending request travels with the browser. Whatever else comes back in its place leads nowhere. */

const PENDING_SECONDS = 30 * 60
const PAGES = ['/oauth2/authorize/continue', '/sign-in', '/select-organization', '/consent']

let app: TestApp
let user: TestUser
let application: TestApplication
let browser: TestBrowser
let sealed: string
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.thirdParty(await app.fixtures.organization())
})
beforeEach(async () => {
  browser = createBrowser(app.issuer)
  sealed = requestOf(await browser.get(authorizationUrl(app, application, { state: 's' })))
})
afterAll(() => app[Symbol.asyncDispose]())

const requestOf = ({ url }: Visited): string => {
  const request = url.searchParams.get('request')
  if (request === null) throw new Error(`No request in ${url.href}`)
  return request
}

const cookieOf = ({ cookies }: TestBrowser): string =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

const openWith = (path: string, request: string, cookie: string): Promise<Opened> =>
  open(`${app.issuer}${path}?${new URLSearchParams({ request })}`, { cookie })

const expectLeadsNowhere = async (request: string, cookie: string): Promise<void> => {
  for (const path of PAGES) expectErrorPage(await issuingNothing(app, () => openWith(path, request, cookie)))
}

describe('RFC 9700 §4.7: the pending request belongs to one browser', () => {
  test('it goes on in the browser it was made for', async () => {
    const again = await openWith('/oauth2/authorize/continue', sealed, cookieOf(browser))
    expect(again.status).toBe(302)
    expect(again.location).toMatch(/^\/sign-in\?/)
  })

  test('in another browser it is an error page, even one that is signed in', async () => {
    const other = createBrowser(app.issuer)
    await signIn(other, await other.get(authorizationUrl(app, application)), user)
    await expectLeadsNowhere(sealed, cookieOf(other))
  })

  test('without any cookie it is an error page', async () => {
    await expectLeadsNowhere(sealed, '')
  })

  test('with a made-up cookie it is an error page', async () => {
    for (const value of ['x', 'A'.repeat(43), '', 'a; latchkey_browser=b']) {
      await expectLeadsNowhere(sealed, `latchkey_browser=${value}`)
    }
  })
})

describe('RFC 9700 §4.7: a pending request is what we sealed, or nothing', () => {
  test('with any part of it changed it is an error page', async () => {
    const at = (index: number) =>
      sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1)
    for (const changed of [
      at(5),
      at(Math.floor(sealed.length / 2)),
      at(sealed.length - 3),
      sealed.slice(0, -4),
      `${sealed}AAAA`,
      sealed.slice(1),
      sealed.replace('v2.', 'v1.'),
      sealed.replace('v2.', ''),
      sealed + sealed,
    ]) {
      await expectLeadsNowhere(changed, cookieOf(browser))
    }
  })

  test('what never was one is an error page', async () => {
    for (const text of [
      'x',
      'v2.',
      'v2.AAAA',
      `v2.${'A'.repeat(100)}`,
      `v1.${'A'.repeat(100)}`,
      '😀',
      '{}',
      'null',
      "' or 1=1 --",
    ]) {
      await expectLeadsNowhere(text, cookieOf(browser))
    }
  })

  test('sent twice, empty, or not at all, it is a page', async () => {
    for (const query of ['', '?request=', `?request=${sealed}&request=${sealed}`, '?request=%00']) {
      for (const path of PAGES) {
        const opened = await issuingNothing(app, () =>
          open(`${app.issuer}${path}${query}`, { cookie: cookieOf(browser) }),
        )
        expect(opened.status).toBeLessThan(500)
        expect(opened.location === null || opened.location === '/').toBe(true)
      }
    }
  })

  test('what a page of another browser sealed does not open, whoever is signed in', async () => {
    const other = createBrowser(app.issuer)
    const consent = await signIn(other, await other.get(authorizationUrl(app, application)), user)
    expect(consent.url.pathname).toBe('/consent')
    const [, hidden = ''] = /name="request" value="([^"]+)"/.exec(consent.body) ?? []
    expect(hidden).not.toBe('')
    await expectLeadsNowhere(hidden, cookieOf(browser))
  })
})

describe('RFC 9700 §4.7: a pending request expires', () => {
  test('it works for half an hour', async () => {
    app.clock.advance(PENDING_SECONDS - 10)
    expect((await openWith('/sign-in', sealed, cookieOf(browser))).status).toBe(200)
  })

  test('after that every page says so', async () => {
    app.clock.advance(PENDING_SECONDS + 1)
    await expectLeadsNowhere(sealed, cookieOf(browser))
  })

  test('OIDC Core §4: and offers to start over, where the operator’s application says where it begins', async () => {
    const management = await app.management()
    const own = await app.fixtures.firstParty({ name: 'Portal' })
    const path = `/latchkey/v1/applications/${own.id}/client_metadata`
    await management.put(path, { initiate_login_uri: 'https://portal.example/login?from=a%20b' })
    await app.changesHeard()
    const page = await browser.get(authorizationUrl(app, own))
    app.clock.advance(PENDING_SECONDS)
    for (const at of PAGES) {
      const opened = await openWith(at, requestOf(page), cookieOf(browser))
      expectErrorPage(opened)
      const start = linkOf(opened, 'start-over')
      expect(start).toBe(
        `https://portal.example/login?from=a%20b&${new URLSearchParams({ iss: app.issuer })}`,
      )
      // Nobody else hears of the application.
      expectErrorPage(await openWith(at, requestOf(page), ''))
      expect(linkOf(await openWith(at, requestOf(page), ''), 'start-over')).toBe('')
    }
  })

  test('RFC 9700 §4.11.2: an application that nobody vouches for gets no link on that page', async () => {
    await switchOn(app)
    const registered = await register(app, {
      redirect_uris: ['https://stranger.example/callback'],
      initiate_login_uri: 'https://stranger.example/login',
    })
    const page = await browser.get(authorizationUrl(app, await registeredApplication(app, registered)))
    app.clock.advance(PENDING_SECONDS)
    const opened = await openWith('/sign-in', requestOf(page), cookieOf(browser))
    expectErrorPage(opened)
    expect(opened.body).not.toContain('stranger.example')
  })

  test('a form that was left open that long signs nobody in', async () => {
    const page = await identify(browser, await browser.get(authorizationUrl(app, application)), user)
    app.clock.advance(PENDING_SECONDS + 1)
    const submitted = await issuingNothing(app, () => browser.submit(page, { password: user.password }))
    expect(submitted.status).toBe(400)
    expect(submitted.left).toBe(false)
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })
})

describe('RFC 6749 §3.1.2.3: what changed while the user was busy', () => {
  test('an application deleted meanwhile gets an error page, and no code', async () => {
    const gone = await app.fixtures.firstParty()
    const page = await identify(browser, await browser.get(authorizationUrl(app, gone)), user)
    await app.stores.clients.delete(gone.id)
    await app.changesHeard()
    expectErrorPage(await issuingNothing(app, () => openWith('/sign-in', requestOf(page), cookieOf(browser))))
    const submitted = await issuingNothing(app, () => browser.submit(page, { password: user.password }))
    expect({ status: submitted.status, left: submitted.left }).toEqual({ status: 400, left: false })
  })
})

describe('OIDC Core §3.1.2.1: what somebody has shown is for the request they showed it for', () => {
  const RESISTANT = { acr_values: 'phr' }
  const visit = (parameters: Record<string, string>) =>
    browser.get(authorizationUrl(app, application, parameters))

  /** A request with what was done for another one. */
  const carried = ({ url }: Visited, to: Visited): Promise<Visited> => {
    const query = new URLSearchParams({ request: requestOf(to) })
    query.set('progress', url.searchParams.get('progress') ?? '')
    return browser.get(`${app.issuer}/sign-in?${query}`)
  }

  const expectAskedAnew = (visited: Visited): void => {
    expect([visited.status, visited.url.pathname]).toEqual([200, '/sign-in'])
    expect(visited.body).toContain('name="email"')
    expect(visited.body).toContain('Please sign in again')
  }

  test.each<Record<string, string>>([{ prompt: 'login' }, { prompt: 'select_account' }, { max_age: '0' }])(
    'a session that one was content with is not enough for another with %o',
    async (demand) => {
      await signIn(browser, await visit({}), user)
      app.clock.advance(60)
      const ofOne = await visit(RESISTANT)
      expect(ofOne.body).toContain('not_now')
      expectAskedAnew(await carried(ofOne, await visit(demand)))
      expect((await browser.submit(ofOne, { decision: 'not_now' })).url.pathname).not.toBe('/sign-in')
    },
  )

  test('a password that was typed for one is not enough for another', async () => {
    const ofOne = await signIn(browser, await visit(RESISTANT), user)
    expect(ofOne.body).toContain('not_now')
    expectAskedAnew(await carried(ofOne, await visit({ prompt: 'login' })))
  })
})
