import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { authorizationUrl, identify, issuingNothing, signIn } from '../support/relying-party.ts'

/* RFC 9700 §4.7.1, RFC 6819 §4.4.1.8: a form counts only if a page of ours made it, for this browser and session. */

let app: TestApp
let user: TestUser
let other: TestUser
let application: TestApplication
let firstParty: TestApplication
let browser: TestBrowser
beforeAll(async () => {
  const limits = { windowSeconds: 60, perEmail: 1000, perAddress: 1000 }
  app = await startTestApp({ overrides: { signInLimits: limits } })
  const organizations = [await app.fixtures.organization(), await app.fixtures.organization()]
  user = await app.fixtures.user({ organizations })
  other = await app.fixtures.user()
  application = await app.fixtures.thirdParty(await app.fixtures.organization())
  firstParty = await app.fixtures.firstParty()
})
beforeEach(() => {
  browser = createBrowser(app.issuer)
})
afterAll(() => app[Symbol.asyncDispose]())

interface Sent {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** The hidden fields of a page's first form. */
const hiddenOf = ({ body }: Visited): Record<string, string> =>
  Object.fromEntries(
    ['csrf_token', 'request', 'progress'].flatMap((name) => {
      const value = new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1]
      return value === undefined ? [] : [[name, value]]
    }),
  )

const send = async (
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  { cookies }: TestBrowser = browser,
): Promise<Sent> => {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(app.issuer + path, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { cookie, ...headers },
    redirect: 'manual',
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

const expectForeign = ({ status, headers, body }: Sent): void => {
  expect(status).toBe(403)
  expect(headers.get('location')).toBeNull()
  expect(headers.getSetCookie()).toEqual([])
  expect(headers.get('content-type')).toContain('text/html')
  expect(body).toContain('could not confirm')
}

/**
 * A form without the right token may be one that another tab has overtaken: what it says is not done. Only with the
 * request of this very browser does it lead on, to being asked again.
 */
const expectUndone = (sent: Sent, hasRequest: boolean): void => {
  if (!hasRequest) {
    expectForeign(sent)
    return
  }
  expect([303, 422]).toContain(sent.status)
  expect(sent.headers.getSetCookie()).toEqual([])
  if (sent.status === 303)
    expect(sent.headers.get('location')).toMatch(/^\/oauth2\/authorize\/continue\?request=/)
}

/** Asks for consent even where it was given before. */
const consentUrl = (): string => authorizationUrl(app, application, { prompt: 'consent' })

const passwordForm = async () => {
  const page = await identify(browser, await browser.get(authorizationUrl(app, application)), user)
  return { ...hiddenOf(page), password: user.password }
}

/** Every page with a form, with what would make a difference if it were believed. */
const forms: readonly [path: string, prepare: () => Promise<Record<string, string>>][] = [
  [
    '/sign-in',
    async () => {
      const page = await browser.get(authorizationUrl(app, application))
      return { ...hiddenOf(page), email: user.email }
    },
  ],
  ['/sign-in/password', () => passwordForm()],
  [
    '/consent',
    async () => {
      const page = await signIn(browser, await browser.get(consentUrl()), other)
      expect(page.url.pathname).toBe('/consent')
      return { ...hiddenOf(page), decision: 'allow' }
    },
  ],
  [
    '/select-organization',
    async () => {
      const page = await signIn(browser, await browser.get(authorizationUrl(app, firstParty)), user)
      expect(page.url.pathname).toBe('/select-organization')
      const [, first = ''] = /name="organization_id" value="([^"]+)"/.exec(page.body) ?? []
      return { ...hiddenOf(page), organization_id: first }
    },
  ],
  [
    '/sign-out',
    async () => {
      await signIn(browser, await browser.get(authorizationUrl(app, firstParty)), other)
      const home = await browser.get('/')
      return { csrf_token: hiddenOf(home)['csrf_token'] ?? '' }
    },
  ],
]

const ours = () => ({ origin: app.issuer, 'sec-fetch-site': 'same-origin' })

describe.each(forms)('OWASP ASVS 5 §3.5.1: the form of %s', (path, prepare) => {
  test('is taken from our own page, with and without what browsers say of its origin', async () => {
    for (const headers of [ours(), {}, { origin: app.issuer }]) {
      browser = createBrowser(app.issuer)
      expect((await send(path, await prepare(), headers)).status).toBe(303)
    }
  })

  test('does nothing without its token, or with a foreign one', async () => {
    const { csrf_token: token = '', ...without } = await prepare()
    const stranger = createBrowser(app.issuer)
    const foreign = hiddenOf(await stranger.get(authorizationUrl(app, application)))['csrf_token'] ?? ''
    expect(foreign).not.toBe(token)
    await issuingNothing(app, async () => {
      for (const wrong of [
        undefined,
        '',
        'x',
        foreign,
        token.slice(0, -1),
        `${token}x`,
        token.toUpperCase(),
      ]) {
        const form = wrong === undefined ? without : { ...without, csrf_token: wrong }
        expectUndone(await send(path, form, ours()), 'request' in form)
        const { request: _, ...alone } = { request: '', ...form }
        expectForeign(await send(path, alone, ours()))
      }
    })
  })

  test('is refused from another origin, and nothing changes', async () => {
    const form = await prepare()
    await issuingNothing(app, async () => {
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: `${app.issuer}.evil.example` },
        { origin: app.issuer.replace('http:', 'https:') },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { origin: app.issuer, 'sec-fetch-site': 'cross-site' },
      ]) {
        expectForeign(await send(path, form, headers))
      }
    })
  })

  test('is refused in another browser, and nothing changes', async () => {
    const form = await prepare()
    const stranger = createBrowser(app.issuer)
    await stranger.get('/')
    await issuingNothing(app, async () => expectForeign(await send(path, form, ours(), stranger)))
  })

  test('cannot be sent by GET', async () => {
    const form = await prepare()
    const visited = await issuingNothing(app, () => browser.get(`${path}?${new URLSearchParams(form)}`))
    expect(visited.left).toBe(false)
  })

  test('is refused as JSON or text, with no 5xx, and nothing changes', async () => {
    const form = await prepare()
    await issuingNothing(app, async () => {
      for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
        const { status } = await send(path, form, { ...ours(), 'content-type': type })
        expect([400, 415]).toContain(status)
      }
    })
  })
})

describe('RFC 6819 §4.4.1.8: a page answers for the account it showed', () => {
  test('consent answered after the account was switched in another tab counts for nobody, and is asked anew', async () => {
    const consent = await signIn(browser, await browser.get(consentUrl()), other)
    expect(consent.url.pathname).toBe('/consent')
    const third = await app.fixtures.user()
    const tab = await browser.get(authorizationUrl(app, firstParty, { prompt: 'login' }))
    expect((await signIn(browser, tab, third)).left).toBe(true)
    const answered = await issuingNothing(app, () => browser.submit(consent, { decision: 'allow' }))
    expect({ status: answered.status, path: answered.url.pathname }).toEqual({
      status: 200,
      path: '/consent',
    })
    expect(answered.body).toContain(third.email)
    expect(answered.body).not.toContain(other.email)
    const { consents } = await app.stores.consents.standing(third.id, application.id)
    expect(consents).toEqual([])
  })

  test('consent answered after signing out in another tab counts for nobody, and leads to the sign-in page', async () => {
    const consent = await signIn(browser, await browser.get(consentUrl()), other)
    await browser.submit(await browser.get('/'), {})
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    const answered = await issuingNothing(app, () => browser.submit(consent, { decision: 'allow' }))
    expect({ status: answered.status, path: answered.url.pathname }).toEqual({
      status: 200,
      path: '/sign-in',
    })
  })

  test('a decision that is neither allow nor deny is an error page', async () => {
    const consent = await signIn(browser, await browser.get(consentUrl()), other)
    for (const decision of ['', 'Allow', 'yes', 'allow ', '\0']) {
      const form = { ...hiddenOf(consent), decision }
      const sent = await issuingNothing(app, () => send('/consent', form, ours()))
      expect(sent.status).toBe(400)
    }
  })

  test("an organization that is not one of the user's is refused", async () => {
    const page = await signIn(browser, await browser.get(authorizationUrl(app, firstParty)), user)
    const foreign = await app.fixtures.organization()
    const sent = await issuingNothing(app, () =>
      send('/select-organization', { ...hiddenOf(page), organization_id: foreign }, ours()),
    )
    expect(sent.status).toBe(422)
  })
})

describe('OWASP ASVS 5 §3.3: cookies and headers of pages', () => {
  test('cookies cannot be read by scripts nor sent from other sites, and a session is a new one each time', async () => {
    const first = await fetch(`${app.issuer}/sign-in`)
    await first.text()
    for (const cookie of first.headers.getSetCookie()) {
      expect(cookie).toMatch(/; HttpOnly/)
      expect(cookie).toMatch(/; SameSite=Lax/)
      expect(cookie).toMatch(/; Path=\//)
      expect(cookie).not.toMatch(/Domain=/)
    }
    await signIn(browser, await browser.get(authorizationUrl(app, firstParty)), other)
    const before = browser.cookie('latchkey_session')
    await signIn(browser, await browser.get(authorizationUrl(app, firstParty, { prompt: 'login' })), other)
    expect(browser.cookie('latchkey_session')).toMatch(/^[\w-]{43}$/)
    expect(browser.cookie('latchkey_session')).not.toBe(before)
  })

  test('a session cookie planted beforehand signs nobody in, nor lives on', async () => {
    const planted = 'P'.repeat(43)
    const form = await passwordForm()
    const cookie = [...browser.cookies, ['latchkey_session', planted]]
      .map((pair) => pair.join('='))
      .join('; ')
    const sent = await send('/sign-in/password', form, { ...ours(), cookie })
    expect(sent.status).toBe(303)
    const session = sent.headers.getSetCookie().find((line) => line.startsWith('latchkey_session='))
    expect(session).toBeDefined()
    expect(session).not.toContain(planted)
  })

  test('pages cannot be framed, run no script but our own, and are not kept', async () => {
    const { headers } = await browser.get(authorizationUrl(app, application))
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    // Of the page that may ask for a passkey.
    expect(policy.replace("script-src 'self'", '')).not.toMatch(/script-src|unsafe/)
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
  })
})
