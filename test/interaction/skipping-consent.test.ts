import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { authorizationUrl, issuingNothing, signIn } from '../support/relying-party.ts'

/* RFC 6819 §4.4.1.8: nobody comes by a code without the answer of the user, whatever address they open. */

let app: TestApp
let user: TestUser
let application: TestApplication
let other: TestApplication
let browser: TestBrowser
let consent: Visited
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  const owner = await app.fixtures.organization()
  application = await app.fixtures.thirdParty(owner)
  other = await app.fixtures.thirdParty(owner)
})
beforeEach(async () => {
  browser = createBrowser(app.issuer)
  user = await app.fixtures.user()
  consent = await signIn(browser, await browser.get(authorizationUrl(app, application)), user)
  expect(consent.url.pathname).toBe('/consent')
})
afterAll(() => app[Symbol.asyncDispose]())

const inForm = ({ body }: Visited): string => /name="request" value="([^"]+)"/.exec(body)?.[1] ?? ''
const inAddress = ({ url }: Visited): string => url.searchParams.get('request') ?? ''

const LATER = ['/oauth2/authorize/continue', '/consent', '/device/done', '/select-organization', '/sign-in']

describe('consent cannot be skipped', () => {
  test.each([
    ['of the address of the page', inAddress],
    ['in the form of the page', inForm],
  ])('by opening what comes later with the request %s', async (_, requestOf) => {
    for (const path of LATER) {
      const query = new URLSearchParams({
        request: requestOf(consent),
        decision: 'allow',
        answer: 'allowed',
        organization_id: '',
      })
      const visited = await issuingNothing(app, () => browser.get(`${path}?${query}`))
      expect(visited.left, path).toBe(false)
    }
    const { consents } = await app.stores.consents.standing(user.id, application.id)
    expect(consents).toEqual([])
  })

  test('with what somebody allowed another application', async () => {
    const asked = await browser.get(authorizationUrl(app, other))
    expect((await browser.submit(asked, { decision: 'allow' })).left).toBe(true)
    const visited = await issuingNothing(app, () =>
      browser.get(`/oauth2/authorize/continue?request=${encodeURIComponent(inAddress(consent))}`),
    )
    expect(visited.url.pathname).toBe('/consent')
  })

  test('with the address that an answer led to, once the consent is taken back', async () => {
    const form = Object.fromEntries(
      [...consent.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    )
    const response = await fetch(`${app.issuer}/consent`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, decision: 'allow' }),
      headers: {
        cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
        origin: app.issuer,
        'sec-fetch-site': 'same-origin',
      },
      redirect: 'manual',
    })
    const answered = response.headers.get('location') ?? ''
    expect(answered).toMatch(/^\/oauth2\/authorize\/continue\?request=/)
    await app.stores.consents.withdraw(user.id, application.id)
    const visited = await issuingNothing(app, () => browser.get(answered))
    expect(visited.url.pathname).toBe('/consent')
  })

  test('by somebody else, in the browser of the one who was asked', async () => {
    const third = await app.fixtures.user()
    const tab = await browser.get(authorizationUrl(app, other, { prompt: 'login' }))
    await signIn(browser, tab, third)
    const visited = await issuingNothing(app, () =>
      browser.get(`/oauth2/authorize/continue?request=${encodeURIComponent(inForm(consent))}`),
    )
    expect(visited.left).toBe(false)
  })
})
