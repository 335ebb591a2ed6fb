import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { authorizationUrl, issuingNothing, signIn } from '../support/relying-party.ts'

/* What holds for every page there is, and will be: the routes are those of the server, and not a list of ours. */

interface Route {
  readonly method: string
  readonly path: string
}

const routes: Route[] = []

/** Takes no token, since it is for other sites to send, and does nothing but go on by GET. */
const OPEN_TO_OTHERS = ['/oauth2/authorize', '/oauth2/logout']

let app: TestApp
let user: TestUser
let first: TestApplication
beforeAll(async () => {
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      const path = url.replaceAll(/:\w+/g, 'app_consent_01JA5Z8Q4M7XW2T9VBCDEFGHJK')
      for (const each of [method].flat()) routes.push({ method: each, path })
    })
  }
  subscribe('fastify.initialization', listen)
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  unsubscribe('fastify.initialization', listen)
  // What is off has no pages.
  await (await app.management()).patch('/latchkey/v1/settings', { developer_portal: true })
  user = await app.fixtures.operator('owner')
  first = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const signedIn = async (): Promise<TestBrowser> => {
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get(authorizationUrl(app, first)), user)
  return browser
}

const send = async (
  browser: TestBrowser,
  { method, path }: Route,
  form: Readonly<Record<string, string>> | undefined,
  headers: Readonly<Record<string, string>> = {},
) => {
  const response = await fetch(app.issuer + path, {
    method,
    redirect: 'manual',
    headers: { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '), ...headers },
    ...(form && { body: new URLSearchParams(form) }),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

const ours = () => ({ origin: app.issuer, 'sec-fetch-site': 'same-origin' })

/** Pages alone cannot be framed: it says so in every answer of theirs. */
const isPage = ({ headers }: { headers: Headers }): boolean => headers.get('x-frame-options') === 'DENY'

const tokenOf = async (browser: TestBrowser): Promise<string> =>
  /name="csrf_token" value="([^"]+)"/.exec((await browser.get('/')).body)?.[1] ?? ''

const formsOf = async (browser: TestBrowser): Promise<Route[]> => {
  const posts = routes.filter(({ method, path }) => method === 'POST' && !OPEN_TO_OTHERS.includes(path))
  const found: Route[] = []
  for (const route of posts) {
    if (isPage(await send(browser, route, {}, { origin: 'https://evil.example' }))) found.push(route)
  }
  return found
}

describe('OWASP ASVS 5 §3.5.1, RFC 9700 §4.7.1: the form of every page', () => {
  test('does nothing without its token, with that of another browser, or from another site', async () => {
    const browser = await signedIn()
    const token = await tokenOf(browser)
    const foreign = await tokenOf(await signedIn())
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(foreign).not.toBe(token)
    const forms = await formsOf(browser)
    expect(forms.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/sign-in', '/consent', '/select-organization', '/device', '/sign-out']),
    )
    const logout =
      /name="request" value="([^"]+)"/.exec((await browser.get('/oauth2/logout')).body)?.[1] ?? ''
    await issuingNothing(app, async () => {
      for (const form of forms) {
        // That of signing out is of a request, which is looked at first.
        const held = form.path === '/oauth2/logout/confirm' ? { request: logout, decision: 'sign_out' } : {}
        const refused = [
          await send(browser, form, held, ours()),
          await send(browser, form, { ...held, csrf_token: '' }, ours()),
          await send(browser, form, { ...held, csrf_token: foreign }, ours()),
          await send(browser, form, { ...held, csrf_token: token }, { origin: 'https://evil.example' }),
          await send(browser, form, { ...held, csrf_token: token }, { origin: 'null' }),
          await send(
            browser,
            form,
            { ...held, csrf_token: token },
            { ...ours(), 'sec-fetch-site': 'cross-site' },
          ),
          await send(
            browser,
            form,
            { ...held, csrf_token: token },
            { ...ours(), 'sec-fetch-site': 'same-site' },
          ),
        ]
        for (const { status, headers, body } of refused) {
          // Some show themselves anew: they may have been overtaken by another tab.
          const isAskedAgain = status === 422 && body.includes('id="form-error"')
          expect(isAskedAgain || status === 403, `${status} ${form.path}`).toBe(true)
          expect(headers.get('location'), form.path).toBeNull()
          expect(headers.getSetCookie(), form.path).toEqual([])
        }
      }
    })
  })

  test('is taken with its token, from our own pages', async () => {
    for (const form of await formsOf(await signedIn())) {
      const browser = await signedIn()
      const { status } = await send(browser, form, { csrf_token: await tokenOf(browser) }, ours())
      expect(status, form.path).not.toBe(403)
      expect(status, form.path).toBeLessThan(500)
    }
  })

  test('those that other sites may send do nothing but lead to a page', async () => {
    const browser = await signedIn()
    await issuingNothing(app, async () => {
      for (const path of OPEN_TO_OTHERS) {
        const answer = await send(browser, { method: 'POST', path }, {}, { origin: 'https://evil.example' })
        expect(answer.status, path).toBe(303)
        expect(answer.headers.get('location'), path).toMatch(new RegExp(`^${path}[?/]`))
        expect(answer.headers.getSetCookie(), path).toEqual([])
      }
    })
  })
})

/** Every name under which anything here, or elsewhere, takes an address to go to. */
const RETURN_PARAMETERS = [
  ...['redirect_uri', 'post_logout_redirect_uri', 'request_uri', 'target_link_uri', 'initiate_login_uri'],
  ...['request', 'progress', 'continuation', 'external_auth_id', 'state', 'iss', 'client_id', 'user_code'],
  ...['return_to', 'returnTo', 'return', 'next', 'url', 'uri', 'continue', 'redirect', 'redirect_to'],
  ...['login_uri', 'callback', 'goto', 'target', 'to', 'back', 'r', 'u', 'page', 'service', 'RelayState'],
]

describe('RFC 9700 §4.11, CWE-601: no page leads anywhere because a parameter says so', () => {
  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    'javascript:alert("evil.example")',
  ])('%s', async (evil) => {
    const browsers = [createBrowser(app.issuer), await signedIn()]
    const query = new URLSearchParams(RETURN_PARAMETERS.map((name) => [name, evil]))
    const known = new URLSearchParams({ ...Object.fromEntries(query), client_id: first.clientId })
    const pages = routes.filter(({ method }) => method === 'GET')
    let seen = 0
    for (const browser of browsers) {
      for (const { path } of pages) {
        // One page takes each of them for itself; with an unknown application many are not looked at.
        for (const parameters of [query, known]) {
          const answer = await send(browser, { method: 'GET', path: `${path}?${parameters}` }, undefined)
          if (!isPage(answer)) continue
          seen += 1
          const location = answer.headers.get('location')
          if (location !== null) {
            expect(new URL(location, app.issuer).origin, path).toBe(app.issuer)
          }
          expect(answer.headers.get('refresh'), path).toBeNull()
          expect(answer.body, path).not.toMatch(/<[^>]+\s(?:href|action|src|formaction|content)="[^"]*evil/i)
        }
      }
    }
    expect(seen).toBeGreaterThan(30)
  })
})
