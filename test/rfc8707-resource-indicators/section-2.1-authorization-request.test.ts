import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { push } from '../support/keyed-application.ts'
import {
  authorizationUrl,
  expectErrorRedirect,
  expectRefusal,
  issuingNothing,
  obtainTokens,
  open,
  signIn,
} from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'

const API = 'https://api.example.com/'
const MCP = 'https://mcp.example.com/mcp?tenant=1'

let app: TestApp
let application: TestApplication
let thirdParty: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API, MCP], { isDefault: true })
  application = await app.fixtures.firstParty()
  thirdParty = await app.fixtures.thirdParty(await app.fixtures.organization())
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const refused = [
  ['one that is not registered', 'https://other.example.com/'],
  ['one without the slash at its end', 'https://api.example.com'],
  ['one in other letters', 'https://API.example.com/'],
  ['one with a port that goes without saying', 'https://api.example.com:443/'],
  ['one below', 'https://api.example.com/v1'],
  ['one with a fragment', `${API}#part`],
  ['a relative one', '/api'],
  ['no URI', 'api'],
  ['a wildcard', 'https://*.example.com/'],
  ['markup', '"><script>alert(1)</script>'],
] as const

describe('RFC 8707 §2.1: resource in an authorization request', () => {
  test.each([API, MCP])('RFC 8707 §2: %s becomes the audience, byte for byte', async (resource) => {
    const tokens = await obtainTokens(app, application, user, { resource })
    expect(accessTokenClaimsOf(tokens)['aud']).toBe(resource)
  })

  test('RFC 8707 §2: without one the audience is the environment, whatever is the default', async () => {
    const tokens = await obtainTokens(app, application, user)
    expect(accessTokenClaimsOf(tokens)['aud']).toMatch(/^client_/)
  })

  test.each(refused)('RFC 8707 §2: %s is invalid_target', async (_what, resource) => {
    const opened = await issuingNothing(app, () =>
      open(authorizationUrl(app, application, { resource, state: 's' })),
    )
    expectErrorRedirect(opened, {
      to: application.redirectUri,
      error: 'invalid_target',
      iss: app.issuer,
      state: 's',
    })
  })

  test.each(refused)('RFC 9126 §2.3: %s is invalid_target when it is pushed', async (_what, resource) => {
    expectRefusal(await push(app, application, { resource }), 400, 'invalid_target')
  })

  test('RFC 8707 §2: one of several that is not registered refuses all of them', async () => {
    const url = `${authorizationUrl(app, application, { resource: API })}&resource=https://other.example.com`
    expectErrorRedirect(await open(url), {
      to: application.redirectUri,
      error: 'invalid_target',
      iss: app.issuer,
    })
  })

  test('the operator reads in the log what was not registered and what is, but no password or key', async () => {
    const resource = 'https://ada:pass%2Dword@other.example.com/path?key=s3cret'
    await open(authorizationUrl(app, application, { resource }))
    const line = app.logLines.findLast((each) => each.includes('other.example.com')) ?? ''
    expect(line).toContain('https://(user)@other.example.com/path?(query)')
    expect(line).toContain(API)
    expect(line).not.toMatch(/s3cret|pass%2Dword/)
  })
})

describe('consent to resources', () => {
  const consentPage = async (parameters: Readonly<Record<string, string>>, person: TestUser) => {
    const browser = createBrowser(app.issuer)
    const visited = await browser.get(authorizationUrl(app, thirdParty, parameters))
    return { browser, visited: await signIn(browser, visited, person) }
  }

  test('names them, and is asked for again when there is a new one, which is marked', async () => {
    const person = await app.fixtures.user()
    const first = await consentPage({ resource: API }, person)
    expect(first.visited.url.pathname).toBe('/consent')
    expect(first.visited.body).toContain(API)
    expect(first.visited.body).not.toContain('class="badge"')
    const allowed = await first.browser.submit(first.visited, { decision: 'allow' })
    expect(allowed.left).toBe(true)

    const again = await first.browser.get(authorizationUrl(app, thirdParty, { resource: API }))
    expect(again.left).toBe(true)

    const other = await first.browser.get(authorizationUrl(app, thirdParty, { resource: MCP }))
    expect(other.url.pathname).toBe('/consent')
    expect(other.body).toContain('https://mcp.example.com/mcp?tenant=1')
    expect(other.body).toContain('class="badge"')
    expect(other.body).not.toContain(API)
  })

  test('OIDC Core §3.1.2.6: prompt=none with a new resource is consent_required', async () => {
    const person = await app.fixtures.user()
    const { browser, visited } = await consentPage({ resource: API }, person)
    await browser.submit(visited, { decision: 'allow' })
    const silent = await browser.get(authorizationUrl(app, thirdParty, { resource: MCP, prompt: 'none' }))
    expect(silent.url.searchParams.get('error')).toBe('consent_required')
  })

  test.each<[string, string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['a resource', 'the environment', { resource: API }, {}],
    ['the environment', 'a resource', {}, { resource: API }],
  ])('what was agreed to at %s was not at %s', async (_there, _here, there, here) => {
    const { browser, visited } = await consentPage(there, await app.fixtures.user())
    expect((await browser.submit(visited, { decision: 'allow' })).left).toBe(true)
    const visit = (parameters: Readonly<Record<string, string>>) =>
      browser.get(authorizationUrl(app, thirdParty, parameters))
    expect((await visit({ ...here, prompt: 'none' })).url.searchParams.get('error')).toBe('consent_required')
    const page = await visit(here)
    expect(page.url.pathname).toBe('/consent')
    expect((await browser.submit(page, { decision: 'allow' })).left).toBe(true)
    for (const agreed of [here, there]) expect((await visit(agreed)).left).toBe(true)
  })

  test('a scope that was agreed to at one resource was not at another, until it is; and it is marked', async () => {
    const { browser, visited } = await consentPage({ resource: API }, await app.fixtures.user())
    expect((await browser.submit(visited, { decision: 'allow' })).left).toBe(true)
    const visit = (parameters: Readonly<Record<string, string>>) =>
      browser.get(authorizationUrl(app, thirdParty, parameters))
    const atOther = { resource: MCP, scope: 'openid email' }
    expect((await browser.submit(await visit(atOther), { decision: 'allow' })).left).toBe(true)

    const both = { resource: API, scope: 'openid email' }
    expect((await visit({ ...both, prompt: 'none' })).url.searchParams.get('error')).toBe('consent_required')
    const page = await visit(both)
    expect(page.url.pathname).toBe('/consent')
    expect(page.body.match(/class="badge"/g)).toHaveLength(1)
    expect((await browser.submit(page, { decision: 'allow' })).left).toBe(true)
    expect((await visit(both)).left).toBe(true)
    expect((await visit({ resource: MCP, scope: 'openid' })).left).toBe(true)
  })

  test('what was agreed to before there were resources was for the environment, and stays so', async () => {
    const person = await app.fixtures.user()
    const { browser, visited } = await consentPage({}, person)
    expect((await browser.submit(visited, { decision: 'allow' })).left).toBe(true)
    // As the version before wrote it.
    await app.testDatabase.database.kysely
      .updateTable('consent')
      .set({ scopes_by_place: null })
      .where('user_id', '=', person.id)
      .execute()
    const visit = (parameters: Readonly<Record<string, string>>) =>
      browser.get(authorizationUrl(app, thirdParty, parameters))
    expect((await visit({})).left).toBe(true)
    const page = await visit({ resource: API })
    expect(page.url.pathname).toBe('/consent')
    expect((await browser.submit(page, { decision: 'allow' })).left).toBe(true)
    for (const agreed of [{}, { resource: API }]) expect((await visit(agreed)).left).toBe(true)
  })

  test('WorkOS lists it as oauth_resource', async () => {
    const person = await app.fixtures.user()
    await obtainTokens(app, thirdParty, person, { resource: MCP })
    const management = await app.management()
    const { body } = await management.get(`/user_management/users/${person.id}/authorized_applications`)
    expect(body).toMatchObject({ data: [{ oauth_resource: MCP }] })
  })
})

describe('an application that registered itself', () => {
  const selfRegistered = async (): Promise<TestApplication> => {
    const dynamic = await app.fixtures.thirdParty(await app.fixtures.organization())
    await app.testDatabase.database.kysely
      .updateTable('application')
      .set({ was_dynamically_registered: true })
      .where('id', '=', dynamic.id)
      .execute()
    return dynamic
  }

  test('RFC 8707 §2: gets the default if it names none', async () => {
    const dynamic = await selfRegistered()
    expect(accessTokenClaimsOf(await obtainTokens(app, dynamic, user))['aud']).toBe(API)
    const named = await obtainTokens(app, dynamic, user, { resource: MCP })
    expect(accessTokenClaimsOf(named)['aud']).toBe(MCP)
  })

  test('gets none that its user was not shown, where another is the default by the time of the answer', async () => {
    const dynamic = await selfRegistered()
    const browser = createBrowser(app.issuer)
    const person = await app.fixtures.user()
    const shown = await signIn(browser, await browser.get(authorizationUrl(app, dynamic)), person)
    expect(shown.body).toContain(API)
    const management = await app.management()
    const OTHER = 'https://other-api.example.com/'
    await management.post('/user_management/authkit_oauth_resources', { uri: OTHER, default: true })
    await app.changesHeard()
    const again = await issuingNothing(app, () => browser.submit(shown, { decision: 'allow' }))
    expect([again.url.pathname, again.body.includes(OTHER)]).toEqual(['/consent', true])
    expect(await app.stores.consents.withdraw(person.id, dynamic.id)).toEqual([])
    expect((await browser.submit(again, { decision: 'allow' })).left).toBe(true)
  })
})
