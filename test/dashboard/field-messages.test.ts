import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csrfTokenOn, post, textIn } from '../account/account-room.ts'
import { adminAt, openPortalOf } from '../portal/portal-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
let application: string
let organization: Awaited<ReturnType<TestApp['fixtures']['organization']>>
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  await openPortalOf(app)
  organization = await app.fixtures.organization('Globex')
  application = (await app.fixtures.firstParty()).id
})
afterAll(() => app[Symbol.asyncDispose]())

const PROVIDER = {
  ...{ name: 'A', issuer: 'https://accounts.example.com', scopes: 'openid', client_secret: 'y' },
  trust_email: 'never',
}

describe('an ordinary mistake is told of beside its field, in a sentence', () => {
  test.each([
    ['/webhooks', { endpoint_url: 'https://hooks.example.com' }, 'events', 'Must have at least 1 entry.'],
    ['/api-keys', { name: 'Nightly' }, 'permissions', 'Must have at least 1 entry.'],
    ['/settings/identity-providers', { ...PROVIDER, client_id: '' }, 'client_id', 'Must not be empty.'],
    [
      '/settings/identity-providers',
      { ...PROVIDER, client_id: 'a'.repeat(501) },
      'client_id',
      'Must have at most 500 characters.',
    ],
    [
      '/settings/protocol',
      { authorization_details_types: 'payment' },
      'authorization_details_types',
      'Must be JSON: a list between [ and ].',
    ],
    [
      '/settings/protocol',
      { authorization_details_types: '"payment"' },
      'authorization_details_types',
      'Must be a list.',
    ],
    [
      '/organizations/:organization',
      { domain: `${'a'.repeat(300)}.example` },
      'domain',
      'Must have at most 253 characters.',
    ],
    [
      '/organizations/:organization/keys',
      { name: 'Shop', permissions: '', expires_at: 'next year' },
      'expires_at',
      'Must be a day or a time of one, such as 2030-01-31, 2030-01-31T12:00 or 2030-01-31T12:00:00Z.',
    ],
    [
      '/applications/:application/settings',
      { access_token_seconds: 'abc', refresh_token_idle_seconds: '' },
      'access_token_seconds',
      'Must be a number.',
    ],
    [
      '/applications/:application/settings',
      { access_token_seconds: '5', refresh_token_idle_seconds: '' },
      'access_token_seconds',
      'Must be at least 10.',
    ],
    [
      '/applications/:application/settings',
      { default_max_age: '1.5' },
      'default_max_age',
      'Must be a number.',
    ],
    [
      '/applications/:application/settings',
      { jwks: '{"keys":[]}', jwks_uri: '' },
      'jwks',
      'Must have at least 1 entry.',
    ],
  ] as const)('at %s of %o', async (page, fields, field, message) => {
    const path = `/dashboard${page.replace(':organization', organization).replace(':application', application)}`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const refused = await browser.submit(visited, fields)
    expect(refused.status).toBe(422)
    expect(textIn(refused, `${field}-error`)).toBe(message)
    expect(refused.body).not.toContain('id="form-error"')
  })
})

describe('what was typed is told as it was typed', () => {
  test('at the portal: a redirect URI, and a permission that is not to be given', async () => {
    const { browser, visited: page } = await adminAt(app, organization, '/applications/new')
    const fields = { name: 'Theirs', kind: 'web' }
    const refused = await browser.submit(page, { ...fields, redirect_uris: 'http://localhost:3000/cb' })
    expect(textIn(refused, 'redirect_uris-error')).toBe(
      '“http://localhost:3000/cb” is at http, which is not allowed here.',
    )
    const scripted = await browser.submit(page, { ...fields, redirect_uris: 'javascript:alert(1)' })
    expect(textIn(scripted, 'redirect_uris-error')).toMatch(/^javascript:alert\(1\) uses the scheme/)
    const scoped = await post(app, browser, `/developers/${organization}/applications`, {
      ...{ ...fields, csrf_token: csrfTokenOn(page) },
      ...{ redirect_uris: 'https://a.example/', scopes: 'invoices:write' },
    })
    expect(textIn(scoped, 'scopes-error')).toBe('“invoices:write” is not yours to give.')
  })

  test('names of values as well', async () => {
    const path = `/dashboard/applications/${application}/settings`
    const { browser, visited } = await operatorAt(app, 'admin', path)
    const refused = await browser.submit(visited, { token_endpoint_auth_method: 'tls_client_auth' })
    expect(textIn(refused, 'token_endpoint_auth_method-error')).toBe(
      'tls_client_auth needs the subject of the certificate.',
    )
  })
})

test.each([
  ['2030-01-31', '2030-01-31T00:00:00.000Z'],
  ['2030-01-31T12:30', '2030-01-31T12:30:00.000Z'],
  ['2030-01-31T12:30:15', '2030-01-31T12:30:15.000Z'],
  ['2030-01-31T12:30:15+02:00', '2030-01-31T10:30:15.000Z'],
  ['2030-01-31T12:30:15-02:00', '2030-01-31T14:30:15.000Z'],
  ['9999-12-31', '9999-12-31T00:00:00.000Z'],
])('a key of a customer expires at %s: %s', async (typed, expires_at) => {
  const path = `/dashboard/organizations/${organization}/keys`
  const { browser, visited } = await operatorAt(app, 'admin', path)
  const made = await browser.submit(visited, { name: typed, permissions: '', expires_at: typed })
  expect(made.status).toBe(200)
  const { body } = await (await app.management()).get(`/organizations/${organization}/api_keys`)
  expect((body as { data: unknown[] }).data).toContainEqual(
    expect.objectContaining({ name: typed, expires_at }),
  )
})
