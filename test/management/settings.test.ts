import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SettingsObject } from '../../src/objects/settings.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { testStore } from '../support/database-server.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import {
  authorizationUrl,
  clientToken,
  obtainTokens,
  refresh,
  signIn,
  textOf,
} from '../support/relying-party.ts'

const PATH = '/latchkey/v1/settings'

let app: TestApp
let management: Management
let machine: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
})
afterAll(() => app[Symbol.asyncDispose]())

const allUnset = Object.fromEntries(
  [
    ...['brand_name', 'terms_url', 'privacy_url', 'accent_color', 'scope_descriptions', 'access_token'],
    ...['id_token_seconds', 'refresh_token', 'session_seconds', 'announce_iss_parameter', 'cors'],
    ...['require_pushed_authorization_requests', 'dpop_nonce', 'authorization_details_types'],
    ...['dynamic_client_registration', 'client_id_metadata_documents', 'dynamic_client_unused_days'],
    ...['background_color', 'background_color_dark', 'corner_radius'],
    ...['sign_up', 'magic_codes', 'require_verified_email'],
    ...['implicit_flow', 'request_objects_by_reference', 'standalone_login_uri', 'optional_scopes'],
    ...['developer_portal', 'developer_portal_limits'],
  ].map((name) => [name, null]),
)

afterEach(async () => {
  const { status, body } = await management.patch(PATH, allUnset)
  expect(status).toBe(200)
  expect(body).toMatchObject({ set: [] })
})

const read = async (): Promise<SettingsObject> => (await management.get(PATH)).body as SettingsObject
const change = async (body: unknown): Promise<SettingsObject> => {
  const answer = await management.patch(PATH, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body as SettingsObject
}
const updates = () => app.stores.events.byName('settings.updated', 1000)

describe('settings', () => {
  test('are the configuration of the node where nothing is set', async () => {
    expect(await read()).toEqual({
      object: 'settings',
      brand_name: 'Latchkey',
      terms_url: null,
      privacy_url: null,
      accent_color: null,
      background_color: null,
      background_color_dark: null,
      corner_radius: null,
      scope_descriptions: {
        openid: null,
        profile: null,
        email: null,
        address: null,
        phone: null,
        offline_access: null,
      },
      access_token: { seconds: 300, algorithm: 'RS256', type: 'at+jwt' },
      id_token_seconds: 3600,
      id_token_claims: 'by_scope',
      refresh_token: { idle_seconds: 30 * 24 * 3600, maximum_seconds: 365 * 24 * 3600 },
      session_seconds: 14 * 24 * 3600,
      announce_iss_parameter: true,
      require_pushed_authorization_requests: false,
      request_objects_by_reference: false,
      dpop_nonce: 'optional',
      authorization_details_types: [],
      cors: 'any',
      implicit_flow: false,
      optional_scopes: true,
      dynamic_client_registration: false,
      client_id_metadata_documents: false,
      dynamic_client_unused_days: 30,
      sign_up: false,
      magic_codes: false,
      require_verified_email: false,
      passkeys: true,
      second_factor: 'optional',
      standalone_login_uri: null,
      standalone_signed_request: true,
      standalone_adopt_by_email: false,
      developer_portal: false,
      developer_portal_limits: {
        applications: 10,
        types: ['oauth', 'm2m'],
        scopes: [],
        loopback_redirect_uris: false,
      },
      set: [],
    })
  })

  test('are set one by one, members of members too, and taken back by null', async () => {
    await change({ brand_name: '  Acme  ', access_token: { seconds: 60 } })
    const changed = await change({ access_token: { type: 'JWT' }, dynamic_client_registration: true })
    expect(changed).toMatchObject({
      brand_name: 'Acme',
      access_token: { seconds: 60, algorithm: 'RS256', type: 'JWT' },
      dynamic_client_registration: true,
      set: ['brand_name', 'access_token.seconds', 'access_token.type', 'dynamic_client_registration'],
    })
    expect(await read()).toEqual(changed)
    const taken = await change({ access_token: { seconds: null }, brand_name: null })
    expect(taken).toMatchObject({ brand_name: 'Latchkey', access_token: { seconds: 300, type: 'JWT' } })
    expect(taken.set).toEqual(['access_token.type', 'dynamic_client_registration'])
  })

  test('that a later version keeps beside ours are left alone', async () => {
    await app.stores.environment.saveSettings({ of_a_later_version: { a: 1 } })
    await change({ cors: 'listed' })
    expect(await app.stores.environment.settings()).toEqual({ of_a_later_version: { a: 1 }, cors: 'listed' })
    await app.stores.environment.saveSettings({ cors: 'listed' })
  })

  test('whose value only a later version can follow are left alone, and count as not set', async () => {
    const access_token = { type: 'of a later version' }
    await app.stores.environment.saveSettings({ access_token })
    expect(await read()).toMatchObject({ access_token: { type: 'at+jwt' }, set: [] })
    await change({ cors: 'listed' })
    expect(await app.stores.environment.settings()).toEqual({ access_token, cors: 'listed' })
    await change({ access_token: { type: null }, cors: null })
    expect((await read()).set).toEqual([])
  })

  test('each change is an event with what was before; a change to the same is none', async () => {
    const before = await read()
    const told = (await updates()).length
    const after = await change({ session_seconds: 3600 })
    const events = await updates()
    expect(events).toHaveLength(told + 1)
    expect(events.at(-1) ?? events[0]).toBeDefined()
    const event = events.find(({ data }) => data['session_seconds'] === 3600)
    expect(event).toMatchObject({ actor: { type: 'api_key' }, data: after, before })
    await change({ session_seconds: 3600, access_token: {} })
    expect(await updates()).toHaveLength(told + 1)
  })

  test('of twenty changes of different settings at once none is lost', async () => {
    const changes = Array.from({ length: 10 }, (_, i) => [
      { access_token: { seconds: 100 + i } },
      { session_seconds: 1000 + i },
    ]).flat()
    const answers = await Promise.all(changes.map((body) => management.patch(PATH, body)))
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200))
    expect((await read()).set).toEqual(['access_token.seconds', 'session_seconds'])
  })

  test('are not for keys without the right', async () => {
    const reader = await app.management(['environment:read'])
    expect((await reader.get(PATH)).status).toBe(200)
    expect((await reader.patch(PATH, { cors: 'listed' })).status).toBe(403)
    const other = await app.management(['users:write'])
    expect((await other.get(PATH)).status).toBe(403)
    expect((await read()).set).toEqual([])
  })
})

describe('a setting is refused, and nothing changes', () => {
  test.each<[unknown, string]>([
    [{ brand_name: '' }, 'brand_name'],
    [{ brand_name: 'x'.repeat(81) }, 'brand_name'],
    [{ brand_name: 'a\u202eb' }, 'brand_name'],
    [{ brand_name: 'a\u0000b' }, 'brand_name'],
    [{ brand_name: 1 }, 'brand_name'],
    [{ terms_url: 'javascript:alert(1)' }, 'terms_url'],
    [{ terms_url: 'data:text/html,x' }, 'terms_url'],
    [{ terms_url: 'http://example.com' }, 'terms_url'],
    [{ terms_url: 'https:/example.com' }, 'terms_url'],
    [{ terms_url: 'https://example.com/\r\nset-cookie: a=b' }, 'terms_url'],
    [{ privacy_url: 'https://user:secret@example.com' }, 'privacy_url'],
    [{ privacy_url: `https://example.com/${'x'.repeat(2048)}` }, 'privacy_url'],
    [{ accent_color: 'red' }, 'accent_color'],
    [{ accent_color: '#12345g' }, 'accent_color'],
    [{ background_color: '#fff' }, 'background_color'],
    [{ background_color_dark: 'black' }, 'background_color_dark'],
    [{ corner_radius: 25 }, 'corner_radius'],
    [{ corner_radius: -1 }, 'corner_radius'],
    [{ corner_radius: 1.5 }, 'corner_radius'],
    [{ corner_radius: '8' }, 'corner_radius'],
    [{ scope_descriptions: { openid: '' } }, 'scope_descriptions.openid'],
    [{ scope_descriptions: { openid: 'x'.repeat(151) } }, 'scope_descriptions.openid'],
    [{ scope_descriptions: { groups: 'x' } }, 'scope_descriptions.groups'],
    [{ access_token: { seconds: 9 } }, 'access_token.seconds'],
    [{ access_token: { seconds: 86_401 } }, 'access_token.seconds'],
    [{ access_token: { seconds: 10.5 } }, 'access_token.seconds'],
    [{ access_token: { seconds: '300' } }, 'access_token.seconds'],
    [{ access_token: { algorithm: 'HS256' } }, 'access_token.algorithm'],
    [{ access_token: { algorithm: 'none' } }, 'access_token.algorithm'],
    [{ access_token: { type: 'jwt' } }, 'access_token.type'],
    [{ access_token: { former_algorithm: 'ES256' } }, 'access_token.former_algorithm'],
    [{ access_token: [] }, 'access_token'],
    [{ id_token_seconds: 86_401 }, 'id_token_seconds'],
    [{ id_token_claims: 'none' }, 'id_token_claims'],
    [{ refresh_token: { idle_seconds: 0 } }, 'refresh_token.idle_seconds'],
    [{ refresh_token: { idle_seconds: 7200, maximum_seconds: 3600 } }, 'refresh_token.idle_seconds'],
    [{ refresh_token: { maximum_seconds: 3600 } }, 'refresh_token.idle_seconds'],
    [{ session_seconds: -1 }, 'session_seconds'],
    [{ announce_iss_parameter: 'yes' }, 'announce_iss_parameter'],
    [{ require_pushed_authorization_requests: 1 }, 'require_pushed_authorization_requests'],
    [{ dpop_nonce: 'sometimes' }, 'dpop_nonce'],
    [{ cors: '*' }, 'cors'],
    [{ dynamic_client_registration: 1 }, 'dynamic_client_registration'],
    [{ client_id_metadata_documents: 'yes' }, 'client_id_metadata_documents'],
    [{ sign_up: 'yes' }, 'sign_up'],
    [{ magic_codes: 1 }, 'magic_codes'],
    [{ require_verified_email: 'no' }, 'require_verified_email'],
    [{ standalone_login_uri: 'http://login.example.com' }, 'standalone_login_uri'],
    [{ developer_portal: 'on' }, 'developer_portal'],
    [{ developer_portal_limits: { applications: 0 } }, 'developer_portal_limits.applications'],
    [{ developer_portal_limits: { types: ['first-party'] } }, 'developer_portal_limits.types.0'],
    [{ developer_portal_limits: { scopes: ['openid'] } }, 'developer_portal_limits.scopes.0'],
    [{ issuer: 'https://evil.example' }, 'issuer'],
    [{ set: [] }, 'set'],
    [{ cors: 'listed', session_seconds: 'x' }, 'session_seconds'],
  ])('%j', async (body, field) => {
    const told = (await updates()).length
    const answer = await management.patch(PATH, body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      code: 'invalid_request_parameters',
      errors: expect.arrayContaining([expect.objectContaining({ field, code: expect.any(String) })]),
    })
    expect((await read()).set).toEqual([])
    expect(await updates()).toHaveLength(told)
  })
})

describe('settings hold', () => {
  test('for access tokens and ID tokens from the next one on', async () => {
    await change({ access_token: { seconds: 77, type: 'JWT' }, id_token_seconds: 99 })
    const user = await app.fixtures.user()
    const tokens = await obtainTokens(app, await app.fixtures.firstParty(), user)
    expect(tokens.body).toMatchObject({ expires_in: 77 })
    expect(decodeProtectedHeader(textOf(tokens, 'access_token')).typ).toBe('JWT')
    const { exp = 0, iat = 0 } = decodeJwt(textOf(tokens, 'id_token'))
    expect(exp - iat).toBe(99)
    expect((await clientToken(app, machine)).body).toMatchObject({ expires_in: 77 })
  })

  test('for refresh tokens: how long one may lie idle, and how long a grant lasts', async () => {
    await change({ refresh_token: { idle_seconds: 100, maximum_seconds: 150 } })
    const application = await app.fixtures.firstParty()
    const obtain = async () =>
      textOf(
        await obtainTokens(app, application, await app.fixtures.user(), { scope: 'openid offline_access' }),
        'refresh_token',
      )
    const idle = await obtain()
    app.clock.advance(101)
    expect((await refresh(app, application, idle)).status).toBe(400)
    let busy = await obtain()
    app.clock.advance(90)
    busy = textOf(await refresh(app, application, busy), 'refresh_token')
    app.clock.advance(61)
    expect((await refresh(app, application, busy)).body).toMatchObject({ error: 'invalid_grant' })
  })

  test('for how long a browser stays signed in', async () => {
    await change({ session_seconds: 60 })
    const application = await app.fixtures.firstParty()
    const browser = createBrowser(app.issuer)
    const user = await app.fixtures.user()
    await obtainTokens(app, application, user, {}, browser)
    const again = () => browser.get(authorizationUrl(app, application))
    expect((await again()).left).toBe(true)
    app.clock.advance(61)
    expect((await again()).url.pathname).toBe('/sign-in')
  })

  test('for what metadata announces', async () => {
    const announced = async () => {
      const response = await fetch(`${app.issuer}/.well-known/openid-configuration`)
      return ((await response.json()) as Record<string, unknown>)[
        'authorization_response_iss_parameter_supported'
      ]
    }
    expect(await announced()).toBe(true)
    await change({ announce_iss_parameter: false })
    expect(await announced()).toBeUndefined()
  })

  test('for the frame of every page', async () => {
    await change({
      brand_name: 'Acme & <Sons>',
      terms_url: 'https://acme.example/terms',
      privacy_url: 'https://acme.example/privacy',
      accent_color: '#AA0000',
      background_color: '#0A1F44',
      corner_radius: 4,
    })
    for (const path of ['/', '/sign-in', '/nowhere']) {
      const page = await (await fetch(app.issuer + path, { headers: { accept: 'text/html' } })).text()
      expect(page).toContain('Acme &amp; &lt;Sons>')
      expect(page).toContain('href="https://acme.example/terms"')
      expect(page).toContain('href="https://acme.example/privacy"')
      expect(page).toContain('href="/assets/brand-1-aa0000-0a1f44--4.css"')
    }
    const sheet = await fetch(`${app.issuer}/assets/brand-1-aa0000-0a1f44--4.css`)
    expect(sheet.status).toBe(200)
    expect(sheet.headers.get('content-type')).toContain('text/css')
    expect(await sheet.text()).toMatch(/--accent: #aa0000;.*--page: #0a1f44;.*--radius: 0.25rem;/s)
    for (const name of ['brand-1-red---.css', 'brand-1-aa0000---', 'brand-1-AA0000---.css', 'x.css'])
      expect((await fetch(`${app.issuer}/assets/${name}`)).status).toBe(404)
  })

  test('for what standard scopes are said to mean', async () => {
    await change({ scope_descriptions: { email: 'For the <invoices>.' } })
    const application = await app.fixtures.thirdParty(await app.fixtures.organization())
    const browser = createBrowser(app.issuer)
    const signInPage = await browser.get(authorizationUrl(app, application, { scope: 'openid email' }))
    const consent = await signIn(browser, signInPage, await app.fixtures.user())
    expect(consent.url.pathname).toBe('/consent')
    expect(consent.body).toContain('For the &lt;invoices>.')
    expect(consent.body).toContain('Recognize you each time you sign in.')
  })
})

if (testStore.kind === 'postgres') {
  test('a change on one node holds on the others within moments', async () => {
    const node = await app.startNode()
    try {
      const secondsThere = async () => (await clientToken(node, machine)).body['expires_in']
      expect(await secondsThere()).toBe(300)
      await change({ access_token: { seconds: 55 } })
      await vi.waitFor(async () => expect(await secondsThere()).toBe(55), { timeout: 10_000, interval: 50 })
      expect((await clientToken(app, machine)).body['expires_in']).toBe(55)
    } finally {
      await node.close()
    }
  })
}
