import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { identify } from '../support/follow-authorization.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import { authorizationUrl } from '../support/relying-party.ts'
import { recordStatements } from '../support/statements.ts'

/** There are two places, of which one is to wait. */
const hasher = quickHasher({ concurrent: 1, waiting: 1 })
let app: TestApp
let application: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp({ overrides: { passwordHasher: hasher } })
  application = await app.fixtures.firstParty()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

let leave = () => {}
const others = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  leave = resolve
  return Promise.all([hasher.admit(() => promise), hasher.admit(() => promise)])
}
afterEach(() => leave())

const atPassword = async (
  email: string,
  { languages = 'en', uiLocales = '' }: { readonly languages?: string; readonly uiLocales?: string } = {},
) => {
  const browser = createBrowser(app.issuer, { 'accept-language': languages })
  const start = authorizationUrl(app, application, uiLocales === '' ? {} : { ui_locales: uiLocales })
  return { browser, page: await identify(browser, await browser.get(start), { email }) }
}

/** What does not differ from one request to the next. */
const asSeen = ({ status, body, headers }: Visited) => ({
  status,
  body,
  headers: [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id'),
})

describe('a password that is tried while all places are taken', () => {
  test('RFC 9110 §15.6.4: is not tried, and may be again in a moment', async () => {
    const { browser, page } = await atPassword(user.email)
    void others()
    const { status, headers, body } = await browser.submit(page, { password: user.password })
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('5')
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(body).toContain('<h1>Many people are here just now</h1>')
    expect(body).toMatch(/<link rel="stylesheet" href="\/assets\/style-/)
  })

  test('costs no statement, and no line that says that something is broken', async () => {
    const { browser, page } = await atPassword(user.email)
    void others()
    using statements = recordStatements(app)
    const logged = app.logLines.length
    expect((await browser.submit(page, { password: user.password })).status).toBe(503)
    expect(statements.take()).toEqual([])
    const lines = app.logLines.slice(logged).map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.filter(({ level }) => level === 'error' || Number(level) >= 50)).toEqual([])
    expect(lines.find(({ path }) => path === '/sign-in/password')).toMatchObject({ outcome: 'busy' })
  })

  test('OWASP ASVS 5 §6.3.8: is answered alike for a user and for nobody, right or wrong', async () => {
    const [right, wrong, nobody] = [
      await atPassword(user.email),
      await atPassword(user.email),
      await atPassword('nobody@example.com'),
    ]
    void others()
    const answer = asSeen(await right.browser.submit(right.page, { password: user.password }))
    expect(asSeen(await wrong.browser.submit(wrong.page, { password: 'wrong' }))).toEqual(answer)
    expect(asSeen(await nobody.browser.submit(nobody.page, { password: 'wrong' }))).toEqual(answer)
  })

  test('counts as no attempt, and signs in when it is sent again', async () => {
    const { browser, page } = await atPassword(user.email)
    void others()
    // More than may be tried in a minute.
    for (let i = 0; i < 15; i++)
      expect((await browser.submit(page, { password: user.password })).status).toBe(503)
    leave()
    await expect.poll(() => hasher.load()).toMatchObject({ running: 0, waiting: 0 })
    expect((await browser.submit(page, { password: user.password })).left).toBe(true)
  })

  test('does not come to be tried more often for it than the limits allow', async () => {
    const limited = await app.fixtures.user()
    const { browser, page } = await atPassword(limited.email)
    for (let i = 0; i < 10; i++) await browser.submit(page, { password: 'wrong' })
    void others()
    expect((await browser.submit(page, { password: limited.password })).status).toBe(503)
    leave()
    expect((await browser.submit(page, { password: limited.password })).status).toBe(429)
  })

  test.each([
    ['the language the application asked for', { languages: 'fr', uiLocales: 'de' }, 'de'],
    ['the language of the browser', { languages: 'ja,en;q=0.5' }, 'ja'],
  ])('is answered in %s', async (_, wanted, language) => {
    const { browser, page } = await atPassword(user.email, wanted)
    void others()
    const { body } = await browser.submit(page, { password: user.password })
    expect(/<html lang="([^"]+)"/.exec(body)?.[1]).toBe(language)
    expect(/<html lang="([^"]+)"/.exec(page.body)?.[1]).toBe(language)
  })

  test('is answered with what the operator has the pages look like now', async () => {
    const { browser, page } = await atPassword(user.email)
    const title = async () => /<title>([^<]*)/.exec((await browser.submit(page, { password: 'x' })).body)?.[1]
    void others()
    expect(await title()).toMatch(/ · Latchkey$/)
    await app.stores.environment.saveSettings({ brand_name: 'Acme' })
    app.clock.advance(6)
    expect(await title()).toMatch(/ · Acme$/)
  })
})

test('a form that has no password to try is answered as ever', async () => {
  const { browser, page } = await atPassword(user.email)
  void others()
  expect((await browser.submit(page, { password: '' })).status).toBe(422)
  const cancelled = await browser.submit(page, { decision: 'cancel' })
  expect(cancelled.url.searchParams.get('error')).toBe('access_denied')
})

test('whoever has a place is not sent away later, with what they do not hash yet', async () => {
  const { promise: othersCame, resolve: come } = Promise.withResolvers<void>()
  const hashed = hasher.admit(async (place) => {
    await othersCame
    return place.hash('x')
  })
  const other = hasher.hash('y')
  await expect(hasher.hash('z')).rejects.toThrow('too many passwords wait to be hashed')
  come()
  await expect(Promise.all([hashed, other])).resolves.toHaveLength(2)
  expect(hasher.load()).toMatchObject({ running: 0, waiting: 0 })
})
