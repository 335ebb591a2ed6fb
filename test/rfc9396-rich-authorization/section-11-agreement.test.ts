import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { BOTH_TOKENS, fragmentOf, implicitly, switchImplicit } from '../support/implicit.ts'
import { authorizationUrl, issuingNothing, obtainTokens, open, signIn } from '../support/relying-party.ts'
import { registerResources } from '../support/resources.ts'

const API = 'https://api.example.com/'

const types = [
  {
    type: 'account_information',
    title: 'Look at your accounts',
  },
  {
    type: 'payment_initiation',
    title: 'Make a payment',
    ask_every_time: true,
    members: [
      { name: 'instructedAmount', title: 'Amount', kind: 'object', required: true },
      { name: 'creditorName', title: 'Payee', kind: 'text', required: true },
    ],
  },
]
const accounts = { type: 'account_information', actions: ['list', 'read'], locations: [API] }
const payment = {
  type: 'payment_initiation',
  instructedAmount: { currency: 'EUR', amount: '123.50' },
  creditorName: 'Merchant A',
}

let app: TestApp
let application: TestApplication
let thirdParty: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API])
  const management = await app.management()
  const changed = await management.patch('/latchkey/v1/settings', { authorization_details_types: types })
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  app.clock.advance(6)
  application = await app.fixtures.firstParty()
  thirdParty = await app.fixtures.thirdParty(await app.fixtures.organization())
})
afterAll(() => app[Symbol.asyncDispose]())

const asking = (...details: readonly unknown[]) => ({ authorization_details: JSON.stringify(details) })

describe('RFC 9396 §11: what is asked about every time', () => {
  const allow = async (client: TestApplication, parameters: Readonly<Record<string, string>>) => {
    const browser = createBrowser(app.issuer)
    const visited = await signIn(
      browser,
      await browser.get(authorizationUrl(app, client, parameters)),
      await app.fixtures.user(),
    )
    expect(visited.url.pathname).toBe('/consent')
    return { browser, visited }
  }
  /** Where the form for allowing leads, which is in the history of the browser from then on. */
  const continuationOf = async (browser: TestBrowser, visited: Visited): Promise<string> => {
    const fields = [...visited.body.matchAll(/name="(csrf_token|request)" value="([^"]+)"/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    )
    const response = await fetch(`${app.issuer}/consent`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookieOf(browser), origin: app.issuer },
      body: new URLSearchParams({ ...Object.fromEntries(fields), decision: 'allow' }),
    })
    expect(response.status).toBe(303)
    return response.headers.get('location') ?? ''
  }
  const cookieOf = ({ cookies }: TestBrowser) =>
    [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const go = async (location: string, browser: TestBrowser) =>
    (await open(`${app.issuer}${location}`, { cookie: cookieOf(browser) })).location ?? ''

  test('RFC 9396 §11: one answer is one code, of ten who send it at once and whoever sends it later', async () => {
    const { browser, visited } = await allow(thirdParty, asking(payment))
    const location = await continuationOf(browser, visited)
    const answers = await Promise.all(Array.from({ length: 10 }, () => go(location, browser)))
    expect(answers.filter((answer) => answer.startsWith(application.redirectUri))).toHaveLength(1)
    expect(answers.filter((answer) => answer.startsWith('/consent?'))).toHaveLength(9)
    app.clock.advance(20 * 60)
    const again = await issuingNothing(app, () => go(location, browser))
    expect(again).toMatch(/^\/consent\?/)
    // Asked again, and agreed to again: that is another answer.
    expect((await browser.submit(await browser.get(again), { decision: 'allow' })).left).toBe(true)
  })

  test.each([
    ['a third-party application', () => thirdParty],
    ['one of the operator', () => application],
  ])(
    'RFC 9396 §11: one page of %s is one answer, however often its form is sent, at once and later',
    async (_, client) => {
      const { browser, visited } = await allow(client(), asking(payment))
      const send = async () => go(await continuationOf(browser, visited), browser)
      const answers = await Promise.all([send(), send(), send()])
      expect(answers.filter((answer) => answer.startsWith(application.redirectUri))).toHaveLength(1)
      const again = await issuingNothing(app, send, ['authorization_code', 'authorization_grant'])
      for (const other of [...answers.filter((answer) => answer.startsWith('/')), again]) {
        expect(other).toMatch(/^\/consent\?/)
      }
      // The page is shown once more, and what is said there is another answer.
      const shown = await browser.get(again)
      expect({ path: shown.url.pathname, isAsking: shown.body.includes('123.50') }).toEqual({
        path: '/consent',
        isAsking: true,
      })
      expect(await send()).toMatch(/^\/consent\?/)
      const answered = await browser.submit(shown, { decision: 'allow' })
      expect(answered.url.searchParams.has('code')).toBe(true)
    },
  )

  test('RFC 9396 §7, §11: so it is without a code, and the tokens say what was agreed to', async () => {
    await switchImplicit(app)
    const client = await implicitly(app, await app.fixtures.firstParty())
    const asked = { ...asking(payment), response_type: BOTH_TOKENS, nonce: 'n' }
    const { browser, visited } = await allow(client, asked)
    const location = await continuationOf(browser, visited)
    const answers = await Promise.all(Array.from({ length: 10 }, () => go(location, browser)))
    const [answer = '', ...others] = answers.filter((each) => each.startsWith(client.redirectUri))
    expect(others).toEqual([])
    const issued = fragmentOf(new URL(answer))
    expect(JSON.parse(issued['authorization_details'] ?? '')).toEqual([payment])
    expect(decodeJwt(issued['access_token'] ?? '')['authorization_details']).toEqual([payment])
    expect(await issuingNothing(app, () => go(location, browser))).toMatch(/^\/consent\?/)
  })

  test('an answer to anything else is not written down', async () => {
    const seen = () => app.testDatabase.database.kysely.selectFrom('seen_once').selectAll().execute()
    const { browser, visited } = await allow(thirdParty, asking(accounts))
    // After the sign-in, which is written down.
    const before = await seen()
    expect((await browser.submit(visited, { decision: 'allow' })).left).toBe(true)
    expect(await seen()).toEqual(before)
  })

  test('the users of the operator’s own applications are asked too', async () => {
    const { browser, visited } = await allow(application, asking(payment))
    expect(visited.body).toContain('123.50')
    expect((await browser.submit(visited, { decision: 'allow' })).left).toBe(true)
    const again = await browser.get(authorizationUrl(app, application, asking(payment)))
    expect(again.url.pathname).toBe('/consent')
    const silent = await browser.get(
      authorizationUrl(app, application, { ...asking(payment), prompt: 'none' }),
    )
    expect(silent.url.searchParams.get('error')).toBe('consent_required')
    // Anything else they are not asked about.
    expect((await browser.get(authorizationUrl(app, application, asking(accounts)))).left).toBe(true)
  })
})

describe('what is kept of details that were agreed to', () => {
  const kept = async (client: TestApplication, person: TestUser) => {
    const rows = await app.testDatabase.database.kysely
      .selectFrom('consent')
      .select('authorization_details as details')
      .where('application_id', '=', client.id)
      .where('user_id', '=', person.id)
      .execute()
    return rows.flatMap(({ details }) => details)
  }

  test('none of an application of the operator, and no event for each', async () => {
    const person = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    for (const identifier of ['a', 'b', 'c']) {
      await obtainTokens(app, application, person, asking({ ...accounts, identifier }), browser)
    }
    expect(await kept(application, person)).toEqual([])
    const granted = await app.stores.events.byName('consent.granted', 100)
    const ofPerson = granted.filter(({ data }) => (data as { user_id?: string })?.user_id === person.id)
    expect(ofPerson).toHaveLength(1)
  })

  test('of others the last 50: the oldest are asked about again', async () => {
    const person = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    const identified = (from: number) =>
      asking(
        ...Array.from({ length: 20 }, (_, index) => ({
          type: 'account_information',
          identifier: String(from + index),
        })),
      )
    for (const from of [0, 20, 40]) await obtainTokens(app, thirdParty, person, identified(from), browser)
    const details = await kept(thirdParty, person)
    expect(details).toHaveLength(50)
    expect(details.at(0)).toMatchObject({ identifier: '10' })
    expect(details.at(-1)).toMatchObject({ identifier: '59' })
    const visit = (from: number) => browser.get(authorizationUrl(app, thirdParty, identified(from)))
    expect((await visit(40)).left).toBe(true)
    expect((await visit(0)).url.pathname).toBe('/consent')
  })
})
