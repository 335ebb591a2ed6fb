import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { csrfTokenOn, post, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const SETTINGS = '/dashboard/settings'

const settings = async () =>
  (await (await app.management()).get('/latchkey/v1/settings')).body as Record<string, unknown> & {
    set: string[]
  }

afterEach(async () => {
  const { set } = await settings()
  const unset = Object.fromEntries(set.map((name) => [name.split('.')[0], null]))
  await (await app.management()).patch('/latchkey/v1/settings', unset)
})

/** Sends a form of the page, with its token and version, and all of the group as it stands there but for these. */
const sent = (
  browser: TestBrowser,
  visited: Visited,
  fields: Readonly<Record<string, string>>,
  path = visited.url.pathname,
) =>
  post(app, browser, path, {
    csrf_token: csrfTokenOn(visited),
    updated_at: /name="updated_at" value="([^"]*)"/.exec(visited.body)?.[1] ?? '',
    ...fields,
  })

describe('the settings at the dashboard', () => {
  test('are in groups, each with all of its settings, and say what holds where nothing is set', async () => {
    const { browser, visited } = await operatorAt(app, 'viewer', `${SETTINGS}/tokens`)
    expect(visited.body).toContain('id="access_token.seconds"')
    expect(visited.body).toContain('placeholder="300"')
    expect(visited.body).toContain('As configured: RS256')
    const names = new Set<string>()
    for (const group of ['branding', 'sign-in', 'tokens', 'protocol', 'developers', 'wording']) {
      const { body, status } = await browser.get(`${SETTINGS}/${group}`)
      expect(status, group).toBe(200)
      for (const [, name = ''] of body.matchAll(/<(?:input|select|textarea|fieldset)[^>]*\bid="([\w.]+)"/g))
        names.add(name)
    }
    const { object: _object, set: _set, ...all } = await settings()
    for (const [name, value] of Object.entries(all)) {
      const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
      for (const member of isGroup ? Object.keys(value).map((one) => `${name}.${one}`) : [name]) {
        expect(names, member).toContain(member)
      }
    }
    expect((await browser.get(`${SETTINGS}/none`)).status).toBe(404)
  })

  test('are set and taken back; those of other groups stay', async () => {
    const { browser, visited, user } = await operatorAt(app, 'admin', `${SETTINGS}/tokens`)
    const saved = await sent(browser, visited, {
      'access_token.seconds': '120',
      'access_token.type': 'JWT',
      session_seconds: '60',
    })
    expect(saved.status).toBe(303)
    expect(await settings()).toMatchObject({
      access_token: { seconds: 120, type: 'JWT', algorithm: 'RS256' },
      set: ['access_token.seconds', 'access_token.type'],
    })
    const signIn = await browser.get(`${SETTINGS}/sign-in`)
    await sent(browser, signIn, { session_seconds: '7200', passkeys: 'no', second_factor: 'required' })
    expect((await settings()).set.sort()).toEqual([
      'access_token.seconds',
      'access_token.type',
      'passkeys',
      'second_factor',
      'session_seconds',
    ])
    await sent(browser, await browser.get(`${SETTINGS}/tokens`), {})
    expect((await settings()).set).not.toContain('access_token.seconds')
    const [event] = await app.stores.events.byName('settings.updated', 1)
    expect(event?.actor).toEqual({ type: 'operator', id: user.id })
  })

  test('open the developer portal within limits', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', `${SETTINGS}/developers`)
    await sent(browser, visited, {
      developer_portal: 'yes',
      'developer_portal_limits.applications': '3',
      'developer_portal_limits.types': 'm2m',
      'developer_portal_limits.loopback_redirect_uris': 'yes',
    })
    expect(await settings()).toMatchObject({
      developer_portal: true,
      developer_portal_limits: { applications: 3, types: ['m2m'], scopes: [], loopback_redirect_uris: true },
    })
  })

  test('that are wrong are refused beside their fields, with what was typed', async () => {
    const { browser } = await operatorAt(app, 'admin', `${SETTINGS}/tokens`)
    for (const [group, name, value] of [
      ['tokens', 'access_token.seconds', '<b>1</b>'],
      ['tokens', 'refresh_token.idle_seconds', '5'],
      ['branding', 'accent_color', 'red"><script>'],
      ['branding', 'terms_url', 'javascript:alert(1)'],
      ['branding', 'brand_name', 'a\u0000b'],
      ['sign-in', 'passkeys', 'maybe'],
      ['protocol', 'authorization_details_types', '[{"type"'],
      ['developers', 'developer_portal_limits.applications', '100000'],
      ['wording', 'scope_descriptions.email', 'x'.repeat(151)],
    ] as const) {
      const visited = await browser.get(`${SETTINGS}/${group}`)
      const refused = await sent(browser, visited, { [name]: value })
      expect(refused.status, name).toBe(422)
      expect(refused.body, name).toContain(`id="${name}-error"`)
      expect(refused.body).not.toContain('<script>')
      expect(refused.body).not.toContain('<b>1')
    }
    expect((await settings()).set).toEqual([])
  })

  test('of two who change them at once, the second is told and overwrites nothing', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', `${SETTINGS}/tokens`)
    await (await app.management()).patch('/latchkey/v1/settings', { id_token_seconds: 120 })
    const refused = await sent(browser, visited, { id_token_seconds: '240' })
    expect(refused.status).toBe(409)
    expect(refused.body).toContain('Saved meanwhile')
    expect(await settings()).toMatchObject({ id_token_seconds: 120 })
  })

  test('of two who change different ones at once, both have their way', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', `${SETTINGS}/tokens`)
    const branding = await browser.get(`${SETTINGS}/branding`)
    expect((await sent(browser, branding, { brand_name: 'Initech' })).status).toBe(303)
    expect((await sent(browser, visited, { id_token_seconds: '240' })).status).toBe(303)
    expect(await settings()).toMatchObject({ brand_name: 'Initech', id_token_seconds: 240 })
  })
})

describe('branding at the dashboard', () => {
  test('is previewed with what was typed, before anything is saved', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', `${SETTINGS}/branding`)
    const tried = await sent(
      browser,
      visited,
      { brand_name: 'Initech & <Co>', accent_color: '#aa0000', corner_radius: '4' },
      `${SETTINGS}/branding/try`,
    )
    expect(tried.status).toBe(200)
    expect(tried.body).toContain('value="Initech &amp; &lt;Co>"')
    expect(tried.body).toMatch(/id="contrast"/)
    const [src = ''] = /\/dashboard\/settings\/branding\/preview\?[^"]*scheme=dark/.exec(tried.body) ?? []
    const preview = await browser.get(src.replaceAll('&amp;', '&'))
    expect(preview.headers.get('content-security-policy')).toContain("frame-ancestors 'self'")
    expect(preview.body).toContain('Initech &amp; &lt;Co>')
    expect(preview.body).toContain('/assets/brand-1-aa0000---4.css?scheme=dark')
    expect((await settings()).set).toEqual([])
    const saved = await sent(browser, await browser.get(`${SETTINGS}/branding`), { accent_color: '#aa0000' })
    expect(saved.status).toBe(303)
    expect(await settings()).toMatchObject({ accent_color: '#aa0000' })
  })

  test.each([
    ['accent_color', 'red'],
    ['corner_radius', '999'],
    ['terms_url', 'javascript:alert(1)'],
  ])(
    'is not previewed with a wrong %s without a word at its field, as where it is saved',
    async (name, value) => {
      const { browser, visited } = await operatorAt(app, 'admin', `${SETTINGS}/branding`)
      const fields = { brand_name: 'Initech', [name]: value }
      const tried = await sent(browser, visited, fields, `${SETTINGS}/branding/try`)
      const saved = await sent(browser, visited, fields)
      expect([tried.status, saved.status]).toEqual([422, 422])
      expect(textIn(tried, `${name}-error`)).not.toBe('')
      expect(textIn(tried, `${name}-error`)).toBe(textIn(saved, `${name}-error`))
      expect(tried.body).toMatch(/branding\/preview\?[^"]*brand_name=Initech/)
    },
  )

  test('is shown to operators alone, and in frames of our own alone', async () => {
    const { browser } = await operatorAt(app, 'viewer', `${SETTINGS}/branding`)
    const preview = await browser.get(`${SETTINGS}/branding/preview?tried=yes&brand_name=<script>`)
    expect(preview.body).toContain('&lt;script>')
    expect(preview.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    const stranger = await fetch(`${app.issuer}${SETTINGS}/branding/preview`, { redirect: 'manual' })
    expect(stranger.status).toBe(303)
  })
})

describe('addresses at the dashboard', () => {
  test.each([
    ['redirect-uris', 'https://app-*.example.com/callback', 'javascript:alert(1)'],
    ['cors-origins', 'https://app.example.com', 'https://app.example.com/path'],
    ['resources', 'https://api.example.com', 'no address<b>'],
  ])('(%s) are added, refused beside the field, and removed', async (kind, address, wrong) => {
    const path = `${SETTINGS}/addresses`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    expect((await sent(browser, visited, { address }, `${path}/${kind}`)).status).toBe(303)
    const listed = await browser.get(path)
    expect(listed.body).toContain(`<code>${address}</code>`)
    const refused = await sent(browser, visited, { address: wrong }, `${path}/${kind}`)
    expect(refused.status).toBe(422)
    expect(refused.body).toContain(`id="new-${kind}-error"`)
    expect(refused.body).not.toContain('<b>')
    const [thing = ''] = [...listed.body.matchAll(/name="thing" value="([^"]+)"/g)].map(([, id]) => id)
    expect((await sent(browser, visited, { thing }, `${path}/${kind}/delete`)).status).toBe(303)
    expect((await browser.get(path)).body).not.toContain(`<code>${address}</code>`)
    expect((await sent(browser, visited, { thing: '../x' }, `${path}/${kind}/delete`)).status).toBe(404)
  })

  test('are all there, however many there may be, and so are the permissions that a role may hold', async () => {
    const { browser } = await operatorAt(app, 'admin')
    for (let place = 0; place < 130; place++) {
      const now = app.clock.now()
      const id = newIdentifier('corsOrigin', now, systemRandom)
      const origin = `https://app-${place}.example.com`
      await app.stores.corsOrigins.insert({ id, origin, createdAt: now, updatedAt: now })
      await app.fixtures.permission(`many:${place}`)
    }
    const { body: addresses } = await browser.get(`${SETTINGS}/addresses`)
    await (await app.management()).post('/authorization/roles', { slug: 'wide', name: 'Wide' })
    const { body: role } = await browser.get('/dashboard/roles/wide')
    for (const place of [0, 129]) {
      expect(addresses).toContain(`https://app-${place}.example.com<`)
      expect(role).toContain(`value="many:${place}"`)
    }
  })
})

test('a webhook or an identity provider that nobody can reach is refused beside its field', async () => {
  const { browser, visited } = await operatorAt(app, 'admin', '/dashboard/webhooks')
  const webhook = { endpoint_url: 'https://hooks.internal/', events: 'user.created' }
  const refused = await sent(browser, visited, webhook)
  expect(refused.status).toBe(422)
  expect(textIn(refused, 'endpoint_url-error')).toBe('Must not name a host that only a private network has.')
  const provider = { name: 'Ours', issuer: 'https://localhost', client_id: 'x', client_secret: 'y' }
  const path = `${SETTINGS}/identity-providers`
  const also = await sent(
    browser,
    await browser.get(path),
    { ...provider, trust_email: 'never', scopes: 'openid' },
    path,
  )
  expect(also.status).toBe(422)
  expect(textIn(also, 'issuer-error')).toContain('must not name a host that only a private network has')
})

describe('login pages at the dashboard', () => {
  test('are added for an application, changed, and deleted by typing their name', async () => {
    const path = `${SETTINGS}/login-pages`
    const application = await app.fixtures.firstParty()
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const refused = await sent(browser, visited, {
      name: 'Forum',
      uri: 'nowhere',
      application_id: application.id,
    })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('id="uri-error"')
    const fields = { name: 'Forum', uri: 'https://login.example.com/', application_id: application.id }
    expect((await sent(browser, visited, fields)).status).toBe(303)
    const [at = ''] =
      /\/dashboard\/settings\/login-pages\/login_uri_\w+/.exec((await browser.get(path)).body) ?? []
    const one = await browser.get(at)
    expect((await sent(browser, one, { name: 'Board', uri: '' })).status).toBe(303)
    expect((await sent(browser, one, { name: 'Other', uri: '' })).status).toBe(409)
    const renamed = await browser.get(at)
    expect(renamed.body).toContain('here, at the pages of this server')
    expect((await sent(browser, renamed, { confirmation: 'Forum' }, `${at}/delete`)).status).toBe(422)
    expect((await sent(browser, renamed, { confirmation: 'Board' }, `${at}/delete`)).status).toBe(303)
    expect((await browser.get(at)).status).toBe(404)
  })
})

describe('identity providers at the dashboard', () => {
  const fields = {
    name: 'Example',
    issuer: 'https://accounts.example.com',
    client_id: 'latchkey',
    client_secret: 'shown-to-nobody',
    scopes: 'openid\r\nemail',
    trust_email: 'when_verified',
    enabled: 'on',
  }

  test('are added, changed and deleted; their secret is never shown', async () => {
    const path = `${SETTINGS}/identity-providers`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    expect(visited.body).toContain(`${app.issuer}/`)
    const refused = await sent(browser, visited, { ...fields, scopes: 'email' })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('id="scopes-error"')
    expect(refused.body).not.toContain(fields.client_secret)
    expect((await sent(browser, visited, fields)).status).toBe(303)
    const [at = ''] =
      /\/dashboard\/settings\/identity-providers\/identity_provider_\w+|\/dashboard\/settings\/identity-providers\/idp_\w+/.exec(
        (await browser.get(path)).body,
      ) ?? []
    const one = await browser.get(at)
    expect(one.body).not.toContain(fields.client_secret)
    const { issuer: _issuer, client_secret: _secret, ...changed } = fields
    expect((await sent(browser, one, { ...changed, name: 'Renamed', create_users: 'on' })).status).toBe(303)
    const id = at.split('/').at(-1) ?? ''
    const provider = (await (await app.management()).get(`/latchkey/v1/identity_providers/${id}`)).body
    expect(provider).toMatchObject({ name: 'Renamed', enabled: true, create_users: true, trust_amr: false })
    const [event] = await eventsOf(app, id, ['identity_provider.updated'])
    expect(event?.actor).toMatchObject({ type: 'operator' })
    const renamed = await browser.get(at)
    expect((await sent(browser, renamed, { confirmation: 'Renamed' }, `${at}/delete`)).status).toBe(303)
    expect((await browser.get(at)).status).toBe(404)
  })
})

describe('the JWT template at the dashboard', () => {
  test('is previewed for a user, and saved', async () => {
    const path = `${SETTINGS}/jwt-template`
    const user = await app.fixtures.user()
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const content = '{ "mail": {{ user.email }}, "plan": {{ user.metadata.plan || \'free\' }} }'
    const shown = await sent(browser, visited, { content, email: user.email }, `${path}/preview`)
    expect(shown.status).toBe(200)
    expect(shown.body).toContain(`&quot;mail&quot;: &quot;${user.email}&quot;`)
    expect(shown.body).toContain('&quot;plan&quot;: &quot;free&quot;')
    const unknown = await sent(browser, visited, { content, email: 'no@example.com' }, `${path}/preview`)
    expect(unknown.status).toBe(422)
    expect(unknown.body).toContain('id="email-error"')
    const wrong = await sent(
      browser,
      visited,
      { content: '{ "sub": 1 }', email: user.email },
      `${path}/preview`,
    )
    expect(wrong.body).toContain('id="content-error"')
    expect((await sent(browser, visited, { content: '{' })).status).toBe(422)
    expect((await sent(browser, visited, { content })).status).toBe(303)
    expect((await sent(browser, visited, { content: '{}' })).status).toBe(409)
    expect((await browser.get(path)).body).toContain('user.metadata.plan')
  })
})

test('a viewer sees all of it, and changes nothing by a forged form', async () => {
  const { browser, visited } = await operatorAt(app, 'viewer', `${SETTINGS}/tokens`)
  for (const [path, fields] of [
    [`${SETTINGS}/tokens`, { id_token_seconds: '120' }],
    [`${SETTINGS}/branding`, { brand_name: 'Mine' }],
    [`${SETTINGS}/addresses/cors-origins`, { address: 'https://evil.example' }],
    [`${SETTINGS}/login-pages`, { name: 'Evil', uri: 'https://evil.example' }],
    [`${SETTINGS}/identity-providers`, { name: 'Evil', issuer: 'https://evil.example' }],
    [`${SETTINGS}/jwt-template`, { content: '{}' }],
  ] as const) {
    const refused = await sent(browser, visited, fields, path)
    expect(refused.status, path).toBe(403)
  }
  expect((await settings()).set).toEqual([])
})
