import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { askedFor } from '../support/follow-authorization.ts'
import {
  authorizationUrl,
  authorize,
  identify,
  issuingNothing,
  open,
  signIn,
  writingNothing,
} from '../support/relying-party.ts'

/* Signing in is a walk of steps. What was done travels with the browser: nobody skips a step, or goes on with another's. */

const PENDING_SECONDS = 30 * 60
const OVER = 'You were away for a while.'

let app: TestApp
let user: TestUser
let application: TestApplication
beforeAll(async () => {
  const limits = { windowSeconds: 60, perEmail: 1000, perAddress: 1000 }
  app = await startTestApp({ overrides: { signInLimits: limits } })
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const toFirstPage = async (parameters: Record<string, string> = {}, browser = createBrowser(app.issuer)) => {
  const page = await browser.get(authorizationUrl(app, application, parameters))
  expect(page.url.pathname).toBe('/sign-in')
  return { browser, page }
}

const progressOf = ({ url }: Visited): string => url.searchParams.get('progress') ?? ''

/** The page with another progress, in its address or in its form. */
const withProgress = (browser: TestBrowser, { url }: Visited, progress: string): Promise<Visited> => {
  const changed = new URL(url)
  changed.searchParams.set('progress', progress)
  return browser.get(changed.href)
}
const formWith = (page: Visited, progress: string): Visited => ({
  ...page,
  body: page.body.replaceAll(/(name="progress" value=")[^"]*/g, `$1${progress}`),
})

/** Says why, and goes on with the request from the beginning. */
const expectBegunAnew = async (browser: TestBrowser, page: Visited, status: number): Promise<void> => {
  expect({ status: page.status, asked: askedFor(page) }).toEqual({ status, asked: undefined })
  expect(page.body).toContain(OVER)
  expect(browser.cookie('latchkey_session')).toBeUndefined()
  const signedIn = await signIn(browser, page, user)
  // Where the request wishes for more.
  const done = signedIn.left ? signedIn : await browser.submit(signedIn, { decision: 'not_now' })
  expect(done.url.searchParams.has('code')).toBe(true)
}

describe('OWASP ASVS 5 §6.3.8: nobody learns who has an account', () => {
  test('the page after the e-mail address is the same for an address that nobody has', async () => {
    const pages: unknown[] = []
    for (const email of [user.email, 'nobody-at-all@example.com']) {
      const { browser, page } = await toFirstPage()
      const next = await identify(browser, page, { email })
      pages.push({
        status: next.status,
        body: next.body
          .replaceAll(email, 'EMAIL')
          .replaceAll(
            /value="[^"]*"|data-options="[^"]*"|progress=[^"]*|request=[^"&]*|tile-tint-\d|>[A-Z]<\/span>/g,
            '',
          ),
      })
    }
    expect(pages[0]).toEqual(pages[1])
  })

  test('who somebody says they are is written nowhere, and not looked up', async () => {
    for (const { email } of [user, { email: 'nobody-at-all@example.com' }]) {
      const { browser, page } = await toFirstPage()
      await writingNothing(app, () => identify(browser, page, { email }))
    }
  })

  test('names are told to whoever is signed in by them, and to nobody who knows the address', async () => {
    const { page } = await toFirstPage({ login_hint: user.email })
    expect(askedFor(page)).toBe(user.email)
    expect(page.body).not.toContain('Lovelace')
    const browser = createBrowser(app.issuer)
    await authorize(app, application, user, {}, browser)
    expect((await toFirstPage({ prompt: 'login' }, browser)).page.body).toContain('Lovelace')
    const { page: ofAnother } = await toFirstPage({ prompt: 'login', login_hint: 'ada@example.com' }, browser)
    expect(ofAnother.body).not.toContain('Lovelace')
  })
})

describe('what was done so far', () => {
  test('of another browser begins anew, with the request kept', async () => {
    const other = await toFirstPage()
    const foreign = progressOf(await identify(other.browser, other.page, user))
    for (const made of [foreign, 'x', `${foreign}A`]) {
      const { browser, page } = await toFirstPage()
      await expectBegunAnew(browser, await withProgress(browser, page, made), 200)
    }
    const { browser, page } = await toFirstPage()
    const form = formWith(await identify(browser, page, user), foreign)
    const answered = await issuingNothing(app, () => browser.submit(form, { password: user.password }))
    await expectBegunAnew(browser, answered, 422)
  })

  test('is good for half an hour, whatever the request is', async () => {
    const browser = createBrowser(app.issuer)
    const { page } = await toFirstPage({}, browser)
    const before = await identify(browser, page, user)
    app.clock.advance(PENDING_SECONDS)
    const { page: later } = await toFirstPage({}, browser)
    await expectBegunAnew(browser, await withProgress(browser, later, progressOf(before)), 200)
  })

  test('is no sealed request, nor is that a progress', async () => {
    const { browser, page } = await toFirstPage()
    const request = page.url.searchParams.get('request') ?? ''
    await expectBegunAnew(browser, await withProgress(browser, page, request), 200)
    const { browser: another, page: first } = await toFirstPage()
    const progress = progressOf(await identify(another, first, user))
    expect(progress).not.toBe('')
    expect((await another.get(`/sign-in?${new URLSearchParams({ request: progress })}`)).status).toBe(400)
  })

  test('sent twice, empty or malformed, it is a page all the same', async () => {
    for (const query of ['progress=&progress=', 'progress=%00', 'progress=v2.', 'progress[]=x']) {
      expect((await open(`${app.issuer}/sign-in?${query}`)).status).toBe(200)
    }
  })
})

describe('a step', () => {
  test('is not taken before the one that comes first: a password without a name is nobody’s', async () => {
    const { browser, page } = await toFirstPage()
    const form = await identify(browser, page, user)
    const without = { ...form, body: form.body.replaceAll(/<input[^>]*name="progress"[^>]*>/g, '') }
    const answered = await issuingNothing(app, () => browser.submit(without, { password: user.password }))
    await expectBegunAnew(browser, answered, 422)
  })

  test('takes who it is about from what was sealed, and not from the form', async () => {
    const other = await app.fixtures.user({ password: 'another battery staple' })
    const { browser, page } = await toFirstPage()
    const form = await identify(browser, page, other)
    const fields = { username: user.email, email: user.email, password: user.password }
    const open = { ...form, body: form.body.replace('</form>', '<input name="email"></form>') }
    expect((await issuingNothing(app, () => browser.submit(open, fields))).status).toBe(422)
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })

  test('has an address only for its form: whoever opens that is at the beginning', async () => {
    expect(await open(`${app.issuer}/sign-in/password`)).toMatchObject({ status: 303, location: '/sign-in' })
  })
})

describe('RFC 9470 §3: more that is wanted of a session', () => {
  /** Where the dispatcher sends a browser whose session has not enough: with what it has, sealed. */
  const sentForMore = async () => {
    const browser = createBrowser(app.issuer)
    await authorize(app, application, user, {}, browser)
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const { location } = await open(authorizationUrl(app, application, { acr_values: 'phr' }), { cookie })
    expect(location).toMatch(/^\/sign-in\?.*progress=/)
    return { browser, location: app.issuer + location }
  }

  test('comes to one renewed session, however often its address is gone to', async () => {
    const { browser, location } = await sentForMore()
    const offered = await browser.get(location)
    const notNow = () => browser.submit(offered, { decision: 'not_now' })
    expect((await notNow()).url.searchParams.has('code')).toBe(true)
    const again = await issuingNothing(app, notNow)
    expect([again.status, again.body.includes(OVER)]).toEqual([422, true])
  })

  test('is worth nothing once that session has ended', async () => {
    const { browser, location } = await sentForMore()
    await browser.submit(await browser.get('/'), {})
    await expectBegunAnew(browser, await issuingNothing(app, () => browser.get(location)), 200)
  })

  test('is worth nothing in another session of the same browser, or in another browser', async () => {
    const { browser, location } = await sentForMore()
    const other = await app.fixtures.user()
    await signIn(browser, (await toFirstPage({ prompt: 'login' }, browser)).page, other)
    const answered = await issuingNothing(app, () => browser.get(location))
    expect([askedFor(answered), answered.body.includes(OVER)]).toEqual([undefined, true])
    const { browser: stranger, page } = await toFirstPage()
    const progress = new URL(location).searchParams.get('progress') ?? ''
    await expectBegunAnew(stranger, await withProgress(stranger, page, progress), 200)
  })
})
