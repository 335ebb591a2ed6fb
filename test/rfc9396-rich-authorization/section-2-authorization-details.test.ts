import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { describeApplication, push } from '../support/keyed-application.ts'
import { register, registeredApplication, switchOn } from '../support/registration.ts'
import {
  authorizationUrl,
  clientToken,
  expectErrorRedirect,
  expectRefusal,
  introspect,
  issuingNothing,
  obtainTokens,
  open,
  refresh,
  signIn,
  textOf,
} from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'

const API = 'https://api.example.com/'
const BANK = 'https://bank.example.com/'

const types = [
  {
    type: 'account_information',
    title: 'Look at your accounts',
    description: 'Balances and transactions.',
  },
  {
    type: 'payment_initiation',
    title: 'Make a payment',
    ask_every_time: true,
    members: [
      { name: 'locations', kind: 'texts' },
      { name: 'instructedAmount', title: 'Amount', kind: 'object', required: true },
      { name: 'creditorName', title: 'Payee', kind: 'text', required: true },
      { name: 'speed', kind: 'text', values: ['instant', 'normal'] },
    ],
  },
]
const accounts = { type: 'account_information', actions: ['list', 'read'], locations: [API] }
const payment = {
  type: 'payment_initiation',
  instructedAmount: { currency: 'EUR', amount: '123.50' },
  creditorName: 'Merchant <b>A</b>',
}

let app: TestApp
let application: TestApplication
let thirdParty: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API, BANK])
  const management = await app.management()
  const changed = await management.patch('/latchkey/v1/settings', { authorization_details_types: types })
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  expect(changed.body).toMatchObject({ set: ['authorization_details_types'] })
  app.clock.advance(6)
  application = await app.fixtures.firstParty()
  thirdParty = await app.fixtures.thirdParty(await app.fixtures.organization())
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const asking = (...details: readonly unknown[]) => ({ authorization_details: JSON.stringify(details) })

describe('RFC 9396 §5: whatever does not conform is invalid_authorization_details', () => {
  const nested = Array.from({ length: 20 }).reduce<unknown>((inner) => ({ inner }), {})
  test.each<[string, string]>([
    ['no JSON', '[{'],
    ['no array', JSON.stringify(accounts)],
    ['no object', '["account_information"]'],
    ['null', '[null]'],
    ['no type', '[{}]'],
    ['an unknown type', '[{"type":"other"}]'],
    ['a type that is no text', '[{"type":["account_information"]}]'],
    ['an unknown member', JSON.stringify([{ ...accounts, colour: 'red' }])],
    ['a member of another kind', JSON.stringify([{ ...accounts, actions: 'read' }])],
    ['an empty list', JSON.stringify([{ ...accounts, actions: [] }])],
    ['a required member missing', JSON.stringify([{ ...payment, creditorName: undefined }])],
    ['a value that is none of those listed', JSON.stringify([{ ...payment, speed: 'slow' }])],
    [
      'a location that is not registered',
      JSON.stringify([{ ...accounts, locations: ['https://x.example/'] }]),
    ],
    ['a location that is no URI', JSON.stringify([{ ...accounts, locations: ['here'] }])],
    ['a NUL', '[{"type":"account_information","identifier":"a\\u0000"}]'],
    ['half a character', '[{"type":"account_information","identifier":"\\ud800"}]'],
    ['a mark that turns the line round', '[{"type":"account_information","identifier":"a\\u202eb"}]'],
    ['a line break', '[{"type":"account_information","identifier":"a\\nb"}]'],
    ['a member named __proto__', '[{"type":"account_information","__proto__":{"actions":["x"]}}]'],
    ['too deep', JSON.stringify([{ ...payment, instructedAmount: nested }])],
    ['too many', JSON.stringify(Array.from({ length: 21 }, () => ({ type: 'account_information' })))],
    ['too long', JSON.stringify([{ type: 'account_information', identifier: 'x'.repeat(5000) }])],
    [
      'a number without end',
      '[{"type":"payment_initiation","creditorName":"A","instructedAmount":{"a":1e999}}]',
    ],
  ])('%s', async (_what, details) => {
    const opened = await issuingNothing(app, () =>
      open(authorizationUrl(app, application, { authorization_details: details })),
    )
    expectErrorRedirect(opened, {
      to: application.redirectUri,
      error: 'invalid_authorization_details',
      iss: app.issuer,
    })
    const pushed = await push(app, application, { authorization_details: details })
    expectRefusal(pushed, 400, 'invalid_authorization_details')
  })

  test('RFC 9396 §10: a type that the client did not register, if it registered any', async () => {
    const narrow = await app.fixtures.firstParty()
    await describeApplication(app, narrow, { authorization_details_types: ['account_information'] })
    const refused = await push(app, narrow, asking(payment))
    expectRefusal(refused, 400, 'invalid_authorization_details')
    expect((await push(app, narrow, asking(accounts))).status).toBe(201)
  })
})

describe('RFC 9396 §7, §9: tokens', () => {
  test('RFC 9396 §7, §9.1, §9.2: the answer, the token and introspection have them; locations are the audience', async () => {
    const tokens = await obtainTokens(app, application, user, asking(accounts))
    expect(tokens.body['authorization_details']).toEqual([accounts])
    expect(accessTokenClaimsOf(tokens)).toMatchObject({ aud: API, authorization_details: [accounts] })
    const { body } = await introspect(app, application, textOf(tokens, 'access_token'))
    expect(body).toMatchObject({ active: true, authorization_details: [accounts] })
  })

  test('RFC 9396 §9.1: a token for one resource does not tell what is for another', async () => {
    const atBank = { ...payment, locations: [BANK] }
    const tokens = await obtainTokens(app, application, user, {
      ...asking(accounts, atBank),
      scope: 'openid offline_access',
    })
    expect(accessTokenClaimsOf(tokens)['aud']).toEqual([API, BANK])
    const one = await refresh(app, application, textOf(tokens, 'refresh_token'), { resource: BANK })
    expect(accessTokenClaimsOf(one)).toMatchObject({ aud: BANK, authorization_details: [atBank] })
  })

  test('RFC 9396 §6: a refresh may ask for less, and never for more', async () => {
    const tokens = await obtainTokens(app, application, user, {
      ...asking(accounts),
      scope: 'openid offline_access',
    })
    const token = textOf(tokens, 'refresh_token')
    for (const more of [
      { ...accounts, actions: ['list', 'read', 'write'] },
      { type: 'account_information', actions: ['list', 'read'] },
      { ...accounts, identifier: 'other' },
      payment,
    ]) {
      const answer = await issuingNothing(app, () => refresh(app, application, token, asking(more)))
      expectRefusal(answer, 400, 'invalid_authorization_details')
    }
    const less = { ...accounts, actions: ['read'] }
    const narrowed = await refresh(app, application, token, asking(less))
    expect(narrowed.body['authorization_details']).toEqual([less])
    const whole = await refresh(app, application, textOf(narrowed, 'refresh_token'))
    expect(whole.body['authorization_details']).toEqual([accounts])
  })

  test('an application that acts for itself has to be given a type first', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    expectRefusal(await clientToken(app, machine, asking(accounts)), 400, 'invalid_authorization_details')
    await describeApplication(app, machine, { authorization_details_types: ['account_information'] })
    // What the node remembers of it is a few seconds old at most.
    app.clock.advance(6)
    const tokens = await clientToken(app, machine, asking(accounts))
    expect(accessTokenClaimsOf(tokens)).toMatchObject({ aud: API, authorization_details: [accounts] })
  })

  test('RFC 9396 §10: a type that was taken from the client is not given at a refresh any more', async () => {
    const narrow = await app.fixtures.firstParty()
    const tokens = await obtainTokens(app, narrow, user, {
      ...asking(accounts, payment),
      scope: 'openid offline_access',
    })
    expect(tokens.body['authorization_details']).toEqual([accounts, payment])
    await describeApplication(app, narrow, { authorization_details_types: ['account_information'] })
    app.clock.advance(6)
    const renewed = await refresh(app, narrow, textOf(tokens, 'refresh_token'))
    expect(renewed.body['authorization_details']).toEqual([accounts])
    expect(accessTokenClaimsOf(renewed)['authorization_details']).toEqual([accounts])
  })

  test('RFC 9396 §10: nor does one that registered itself have any but what the operator gives it', async () => {
    await switchOn(app)
    const registered = await register(app, {
      redirect_uris: ['https://unknown.example/callback'],
      authorization_details_types: ['account_information'],
    })
    expect(registered.body).not.toHaveProperty('authorization_details_types')
    const unknown = await registeredApplication(app, registered)
    expectRefusal(await push(app, unknown, asking(accounts)), 400, 'invalid_authorization_details')
    await describeApplication(app, unknown, { authorization_details_types: ['account_information'] })
    app.clock.advance(6)
    expect((await push(app, unknown, asking(accounts))).status).toBe(201)
    expectRefusal(await push(app, unknown, asking(payment)), 400, 'invalid_authorization_details')
  })

  test('RFC 9396 §10: metadata names the types', async () => {
    const response = await fetch(`${app.issuer}/.well-known/oauth-authorization-server`)
    expect(await response.json()).toMatchObject({
      authorization_details_types_supported: ['account_information', 'payment_initiation'],
    })
  })
})

describe('RFC 9396 §11: consent', () => {
  const page = async (parameters: Readonly<Record<string, string>>, person: TestUser) => {
    const browser = createBrowser(app.issuer)
    const visited = await browser.get(authorizationUrl(app, thirdParty, parameters))
    return { browser, visited: await signIn(browser, visited, person) }
  }

  test('RFC 9396 §1: all that is in them is shown in words, and nothing of it is markup', async () => {
    const { visited } = await page(asking(accounts, payment), await app.fixtures.user())
    for (const shown of [
      'Look at your accounts',
      'Actions',
      'list',
      'Make a payment',
      'Amount',
      '123.50',
      'Payee',
    ]) {
      expect(visited.body).toContain(shown)
    }
    expect(visited.body).toContain('Merchant &lt;b>A&lt;/b>')
    expect(visited.body).not.toContain('<b>A</b>')
  })

  test('RFC 9396 §1: an object that is empty has its line', async () => {
    const { visited } = await page(asking({ ...payment, instructedAmount: {} }), await app.fixtures.user())
    expect(visited.body).toContain('<dt><bdi>Amount</bdi></dt><dd><bdi>Nothing</bdi></dd>')
    const inside = { ...payment, instructedAmount: { limits: {}, others: [] } }
    const { visited: nested } = await page(asking(inside), await app.fixtures.user())
    expect(nested.body).toContain('limits: Nothing')
    expect(nested.body).toContain('others: Nothing')
  })

  test('what was agreed to, or less, is not asked for again; more is, and is marked', async () => {
    const { browser, visited } = await page(asking(accounts), await app.fixtures.user())
    expect((await browser.submit(visited, { decision: 'allow' })).left).toBe(true)
    const visit = (...details: readonly unknown[]) =>
      browser.get(authorizationUrl(app, thirdParty, asking(...details)))
    expect((await visit({ locations: [API], actions: ['read', 'list'], type: accounts.type })).left).toBe(
      true,
    )
    expect((await visit({ ...accounts, actions: ['read'] })).left).toBe(true)
    const more = await visit({ ...accounts, actions: ['read', 'write'] })
    expect(more.url.pathname).toBe('/consent')
    expect(more.body).toContain('class="badge"')
    const silent = await browser.get(
      authorizationUrl(app, thirdParty, { ...asking({ ...accounts, actions: ['write'] }), prompt: 'none' }),
    )
    expect(silent.url.searchParams.get('error')).toBe('consent_required')
  })

  test('a payment is asked for each time, and is not kept as agreed to', async () => {
    const person = await app.fixtures.user()
    const { browser, visited } = await page(asking(payment), person)
    expect((await browser.submit(visited, { decision: 'allow' })).left).toBe(true)
    const again = await browser.get(authorizationUrl(app, thirdParty, asking(payment)))
    expect(again.url.pathname).toBe('/consent')
    const rows = await app.testDatabase.database.kysely
      .selectFrom('consent')
      .select('authorization_details')
      .where('user_id', '=', person.id)
      .execute()
    expect(rows).toEqual([{ authorization_details: [] }])
  })
})

describe('the setting authorization_details_types', () => {
  test.each<[string, unknown]>([
    [
      'a common member of another kind',
      [{ type: 'a', title: 'A', members: [{ name: 'actions', kind: 'text' }] }],
    ],
    [
      'a type twice',
      [
        { type: 'a', title: 'A' },
        { type: 'a', title: 'B' },
      ],
    ],
    ['a type with a blank', [{ type: 'a b', title: 'A' }]],
    [
      'values of an object',
      [{ type: 'a', title: 'A', members: [{ name: 'x', kind: 'object', values: ['y'] }] }],
    ],
    ['a title that nobody could see', [{ type: 'a', title: '\u202e' }]],
  ])('refuses %s', async (_what, value) => {
    const management = await app.management()
    const { status } = await management.patch('/latchkey/v1/settings', { authorization_details_types: value })
    expect(status).toBe(422)
  })
})
