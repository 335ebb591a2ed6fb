import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import { REDIRECT_URI, type TestApplication, type TestUser } from '../support/fixtures.ts'
import { push, pushed, pushedUrl } from '../support/keyed-application.ts'
import {
  authorize,
  expectErrorPage,
  expectErrorRedirect,
  issuingNothing,
  open,
  redeem,
  signIn,
  textOf,
  writingNothing,
} from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
let other: TestApplication
let user: TestUser
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty()
  other = await app.fixtures.firstParty()
  user = await app.fixtures.user()
  signedIn = createBrowser(app.issuer)
  await authorize(app, application, user, {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

const cookieOf = (browser: TestBrowser) => ({
  cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
})

describe('RFC 9126 §4: the authorization request', () => {
  test('RFC 9126 §4: leads to a code that is good for what was pushed', async () => {
    const url = await pushed(app, application, { state: 'pushed', scope: 'openid email' })
    const visited = await signedIn.get(url)
    expect(visited.left).toBe(true)
    expect(visited.url.href.startsWith(`${REDIRECT_URI}?code=`)).toBe(true)
    expect(visited.url.searchParams.get('state')).toBe('pushed')
    const tokens = await redeem(app, application, visited.url.searchParams.get('code') ?? '')
    expect(tokens.status).toBe(200)
    expect(tokens.body['scope']).toBe('openid email')
  })

  test('RFC 9126 §4, RFC 9101 §6.3: what stands beside it counts for nothing', async () => {
    const requestUri = textOf(await push(app, application, { state: 'pushed' }), 'request_uri')
    const url = pushedUrl(app, application, requestUri, {
      state: 'beside',
      scope: 'openid nonsense',
      redirect_uri: 'https://evil.example/',
      response_type: 'token',
      response_mode: 'form_post',
      prompt: 'login',
    })
    const visited = await signedIn.get(url)
    expect(visited.url.href.startsWith(`${REDIRECT_URI}?code=`)).toBe(true)
    expect(visited.url.searchParams.get('state')).toBe('pushed')
  })

  test('RFC 9126 §4: reloading and fetching ahead use nothing up, and write nothing', async () => {
    const url = await pushed(app, application)
    await writingNothing(app, async () => {
      for (let time = 0; time < 5; time++) {
        const opened = await open(url)
        expect(opened.location).toMatch(/^\/sign-in\?/)
        expect(opened.location).not.toContain('request_uri')
      }
    })
    expect((await signedIn.get(url)).url.searchParams.has('code')).toBe(true)
  })

  test('RFC 9126 §4: the user may take longer than the URI is good for', async () => {
    const browser = createBrowser(app.issuer)
    const page = await browser.get(await pushed(app, application, { state: 'slow' }))
    app.clock.advance(600)
    const visited = await signIn(browser, page, user)
    expect(visited.left).toBe(true)
    expect(visited.url.searchParams.has('code')).toBe(true)
    expect(visited.url.searchParams.get('state')).toBe('slow')
  })
})

describe('RFC 9126 §4: once', () => {
  test('RFC 9126 §4: one that was used is refused', async () => {
    const url = await pushed(app, application)
    expect((await signedIn.get(url)).url.searchParams.has('code')).toBe(true)
    expectErrorPage(await issuingNothing(app, () => open(url, cookieOf(signedIn))))
  })

  test('RFC 9126 §4: of twenty authorizations at once one gets a code', async () => {
    const url = await pushed(app, application, { state: 'race' })
    const opened = await Promise.all(Array.from({ length: 20 }, () => open(url, cookieOf(signedIn))))
    const codes = opened.filter(({ location }) => new URL(location ?? app.issuer).searchParams.has('code'))
    expect(codes).toHaveLength(1)
    for (const refused of opened.filter((each) => !codes.includes(each))) {
      // Too late to begin, or to end.
      if (refused.location === null) expectErrorPage(refused)
      else
        expectErrorRedirect(refused, {
          to: REDIRECT_URI,
          error: 'invalid_request_uri',
          iss: app.issuer,
          state: 'race',
        })
    }
    const kept = await app.testDatabase.database.kysely
      .selectFrom('pushed_request')
      .select('used_at')
      .orderBy('created_at', 'desc')
      .execute()
    expect(kept[0]?.used_at).not.toBeNull()
  })

  test('RFC 9126 §4: two that both got to the sign-in page end in one code', async () => {
    const url = await pushed(app, application, { state: 'two' })
    const browsers = [createBrowser(app.issuer), createBrowser(app.issuer)] as const
    const [first, second] = await Promise.all(browsers.map((browser) => browser.get(url)))
    if (!first || !second) throw new Error('two pages')
    expect((await signIn(browsers[0], first, user)).url.searchParams.has('code')).toBe(true)
    const late = await signIn(browsers[1], second, user)
    expect(late.url.searchParams.get('error')).toBe('invalid_request_uri')
    expect(late.url.searchParams.has('code')).toBe(false)
  })

  test('RFC 9126 §4: a refusal by the policy uses nothing up', async () => {
    const url = await pushed(app, application, { prompt: 'none' })
    const opened = await issuingNothing(app, () => open(url))
    expectErrorRedirect(opened, { to: REDIRECT_URI, error: 'login_required', iss: app.issuer })
    expect((await signedIn.get(url)).url.searchParams.has('code')).toBe(true)
  })
})

describe('RFC 9126 §4, §7.3: what is refused', () => {
  test('RFC 9126 §4: an expired one', async () => {
    const url = await pushed(app, application)
    app.clock.advance(90)
    expectErrorPage(await issuingNothing(app, () => open(url, cookieOf(signedIn))))
  })

  test('RFC 9126 §7.2: that of another client, which loses nothing by it', async () => {
    const requestUri = textOf(await push(app, application), 'request_uri')
    const swapped = pushedUrl(app, other, requestUri)
    expectErrorPage(await issuingNothing(app, () => open(swapped, cookieOf(signedIn))))
    const own = await signedIn.get(pushedUrl(app, application, requestUri))
    expect(own.url.searchParams.has('code')).toBe(true)
  })

  test.each([
    'urn:ietf:params:oauth:request_uri:',
    'urn:ietf:params:oauth:request_uri:unknown',
    `urn:ietf:params:oauth:request_uri:${'a'.repeat(43)}`,
    `urn:ietf:params:oauth:request_uri:${'a'.repeat(42)}%`,
  ])('RFC 9126 §7.1: one that was never given: %s', async (requestUri) => {
    const url = pushedUrl(app, application, requestUri)
    expectErrorPage(await issuingNothing(app, () => open(url, cookieOf(signedIn))))
    // With a registered address beside it, the client is told; with another one nobody is sent anywhere.
    const told = await open(
      pushedUrl(app, application, requestUri, { redirect_uri: REDIRECT_URI, state: 's' }),
    )
    expectErrorRedirect(told, { to: REDIRECT_URI, error: 'invalid_request_uri', iss: app.issuer, state: 's' })
    const evil = pushedUrl(app, application, requestUri, { redirect_uri: 'https://evil.example/' })
    expectErrorPage(await open(evil))
  })

  test('RFC 9126 §4: without client_id, or with an unknown one', async () => {
    const requestUri = textOf(await push(app, application), 'request_uri')
    for (const parameters of [{}, { client_id: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV' }]) {
      const query = new URLSearchParams({ request_uri: requestUri, ...parameters })
      expectErrorPage(await issuingNothing(app, () => open(`${app.issuer}/oauth2/authorize?${query}`)))
    }
  })

  test('OIDC Core §6.2: a request_uri that would have to be fetched is request_uri_not_supported', async () => {
    const url = pushedUrl(app, application, 'https://app.example.com/request.jwt')
    expectErrorPage(await open(url))
    const told = await open(`${url}&${new URLSearchParams({ redirect_uri: REDIRECT_URI })}`)
    expectErrorRedirect(told, { to: REDIRECT_URI, error: 'request_uri_not_supported', iss: app.issuer })
  })

  test('RFC 6749 §3.1: sent twice, it is shown', async () => {
    const requestUri = textOf(await push(app, application), 'request_uri')
    const url = `${pushedUrl(app, application, requestUri)}&request_uri=x`
    expectErrorPage(await issuingNothing(app, () => open(url, cookieOf(signedIn))))
  })

  test('RFC 9101 §5: beside a request object it is invalid_request', async () => {
    const requestUri = textOf(await push(app, application), 'request_uri')
    const url = pushedUrl(app, application, requestUri, { request: 'a.b.c', redirect_uri: REDIRECT_URI })
    expectErrorRedirect(await open(url), { to: REDIRECT_URI, error: 'invalid_request', iss: app.issuer })
  })
})

describe('RFC 9126 §4: what is checked again', () => {
  test('a redirection URI that is gone meanwhile is shown', async () => {
    const changing = await app.fixtures.firstParty()
    const url = await pushed(app, changing)
    await app.stores.clients.replaceRedirectUris(changing.id, [
      { uri: 'https://app.example.com/other', isDefault: true },
    ])
    await app.changesHeard()
    expectErrorPage(await open(url))
  })
})

if (testStore.kind === 'postgres') {
  describe('RFC 9126 §4: on several nodes', () => {
    test('RFC 9126 §4: one that was pushed to one node is good at the other, and once for both', async () => {
      const node = await app.startNode()
      const url = await pushed(app, application)
      const there = url.replace(app.issuer, node.issuer)
      expect((await issuingNothing(app, () => open(there))).location).toMatch(/^\/sign-in\?/)
      const cookie = cookieOf(signedIn)
      const opened = await Promise.all(
        Array.from({ length: 20 }, (_, index) => open(index % 2 === 0 ? url : there, cookie)),
      )
      expect(opened.filter(({ location }) => location?.includes('code='))).toHaveLength(1)
      await node.close()
    })
  })
}
