import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { identify } from '../support/follow-authorization.ts'
import {
  type Answer,
  authorizationUrl,
  clientToken,
  credentials,
  introspect,
  newPkce,
  obtainTokens,
  post,
  refresh,
  revoke,
  textOf,
  userinfo,
} from '../support/relying-party.ts'
import { type Ledger, openLedger, type Price } from './ledger.ts'

/*
 * What each operation costs the database, as docs/performance.md tells it: whatever makes one dearer changes a number there.
 */

let app: TestApp
let ledger: Ledger
let user: TestUser
let web: TestApplication
let machine: TestApplication
let browser: TestBrowser
let listed: Map<string, Price>

beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  user = await app.fixtures.user()
  web = await app.fixtures.firstParty()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  browser = createBrowser(app.issuer)
  // Each thing has been asked for once, and the browser is signed in.
  await clientToken(app, machine)
  await obtainTokens(app, web, user, scope, browser)
  await app.changesHeard()
  ledger = openLedger(app)
  listed = await priceList()
})
afterAll(async () => {
  ledger?.[Symbol.dispose]()
  await app[Symbol.asyncDispose]()
})

const scope = { scope: 'openid profile email offline_access' }
const tokens = (): Promise<Answer> => obtainTokens(app, web, user, scope, browser)
const fetched = async (path: string) => (await fetch(app.issuer + path)).arrayBuffer()

/** Each makes what it needs, and returns what is to be measured. */
const operations: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
  'client credentials, warm': async () => () => clientToken(app, machine),
  'client credentials, of an application not seen before': async () => {
    const other = await app.fixtures.m2m(await app.fixtures.organization())
    return () => clientToken(app, other)
  },
  'authorization request of somebody unknown': async () => {
    const stranger = createBrowser(app.issuer)
    const url = authorizationUrl(app, web, { ...newPkce().parameters, ...scope })
    return () => stranger.get(url)
  },
  'code flow, signed in and agreed': async () => tokens,
  'sign-in with a password, to the code': async () => {
    const stranger = createBrowser(app.issuer)
    const url = authorizationUrl(app, web, { ...newPkce().parameters, ...scope })
    const page = await identify(stranger, await stranger.get(url), user)
    return () => stranger.submit(page, { password: user.password })
  },
  refresh: async () => {
    const answer = await tokens()
    return () => refresh(app, web, textOf(answer, 'refresh_token'))
  },
  'introspection of an access token': async () => {
    const token = textOf(await tokens(), 'access_token')
    return () => introspect(app, web, token)
  },
  'introspection of a refresh token': async () => {
    const token = textOf(await tokens(), 'refresh_token')
    return () => introspect(app, web, token)
  },
  'introspection of an unknown token': async () => () => introspect(app, web, 'unknown'),
  userinfo: async () => {
    const token = textOf(await tokens(), 'access_token')
    return () => userinfo(app, token)
  },
  'revocation of a refresh token': async () => {
    const token = textOf(await tokens(), 'refresh_token')
    return () => revoke(app, web, token)
  },
  'pushed authorization request': async () => () =>
    post(`${app.issuer}/oauth2/par`, {
      ...credentials(web),
      ...Object.fromEntries(new URL(authorizationUrl(app, web, newPkce().parameters)).searchParams),
    }),
  'key set': async () => () => fetched('/oauth2/jwks'),
  metadata: async () => () => fetched('/.well-known/openid-configuration'),
}

test.each(Object.keys(operations))('%s costs what the price list says', async (name) => {
  const work = await operations[name]?.()
  expect(await ledger.priceOf(work ?? fail)).toEqual(listed.get(name))
})

test('the price list has these operations and no others', () => {
  expect([...listed.keys()]).toEqual(Object.keys(operations))
})

test('and none of them is dearer than was promised', () => {
  const price = (name: string) => listed.get(name) ?? fail()
  expect(price('client credentials, warm')).toEqual({ statements: 0, rows: 0 })
  expect(price('authorization request of somebody unknown').rows).toBe(0)
  expect(price('code flow, signed in and agreed').rows).toBeLessThanOrEqual(4)
  for (const kind of ['an access token', 'a refresh token']) {
    expect(price(`introspection of ${kind}`)).toEqual({ statements: 1, rows: 0 })
  }
  expect(price('refresh').statements).toBe(1)
})

const fail = (): never => {
  throw new Error('There is no such operation.')
}

/** Of the table in the documentation. */
const priceList = async (): Promise<Map<string, Price>> => {
  const text = await readFile(new URL('../../docs/performance.md', import.meta.url), 'utf8')
  const [, section = ''] = text.split('\n## The price list\n')
  const [own = ''] = section.split('\n## ')
  return new Map(
    [...own.matchAll(/^\| (.+?) +\| +(\d+) +\| +(\d+) +\|$/gm)].map(
      ([, name = '', statements, rows]) =>
        [name, { statements: Number(statements), rows: Number(rows) }] as const,
    ),
  )
}
