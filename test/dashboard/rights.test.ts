import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noticeOn, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import { managementOf } from '../support/management.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

describe('roles at the dashboard', () => {
  test('are created, and hold the permissions that are ticked', async () => {
    await app.fixtures.permission('reports:read', 'Read reports')
    const { browser, visited } = await operatorAt(app, 'admin', '/dashboard/roles')
    const created = await browser.submit(visited, { slug: 'analyst', name: 'Analyst', description: '' })
    expect(created).toMatchObject({ status: 200, url: { pathname: '/dashboard/roles/analyst' } })
    const saved = await browser.submit(created, { permissions: 'reports:read' })
    expect(noticeOn(saved)).toBe('Saved.')
    const management = await app.management()
    expect((await management.get('/authorization/roles/analyst')).body).toMatchObject({
      permissions: ['reports:read'],
    })
  })

  test('whose permissions two operators tick at once: the second is told which are held by now', async () => {
    for (const slug of ['bills:read', 'bills:write']) await app.fixtures.permission(slug, `May ${slug}`)
    const management = await app.management()
    await management.post('/authorization/roles', { slug: 'billing', name: 'Billing' })
    const path = '/dashboard/roles/billing'
    const first = await operatorAt(app, 'admin', path)
    const second = await operatorAt(app, 'admin', path)
    app.clock.advance(1)
    await first.browser.submit(first.visited, { permissions: 'bills:read' })
    const told = await second.browser.submit(second.visited, { permissions: 'bills:write' })
    expect(told.status).toBe(409)
    expect(textIn(told, 'permissions-saved')).toBe('Saved meanwhile: May bills:read')
  })
})

describe('API keys at the dashboard', () => {
  test('are shown once, work, and are revoked once their name was typed', async () => {
    const { browser, visited, user } = await operatorAt(app, 'admin', '/dashboard/api-keys')
    const created = await browser.submit(visited, { name: 'Nightly', permissions: 'users:read' })
    const value = textIn(created, 'secret')
    expect(value).toMatch(/^sk_/)
    expect((await managementOf(app.issuer, value).get('/user_management/users')).status).toBe(200)
    const listed = await browser.get('/dashboard/api-keys')
    expect(listed.body).not.toContain(value)
    const [path = ''] = /\/dashboard\/api-keys\/api_key_\w+/.exec(listed.body) ?? []
    const refused = await browser.submit(await browser.get(path), { confirmation: 'Daily' })
    expect(refused.status).toBe(422)
    expect(noticeOn(await browser.submit(refused, { confirmation: 'Nightly' }))).toBe('Revoked.')
    expect((await managementOf(app.issuer, value).get('/user_management/users')).status).toBe(401)
    const id = path.slice('/dashboard/api-keys/'.length)
    const events = await eventsOf(app, id, ['management_api_key.created', 'management_api_key.revoked'])
    expect(events.map(({ actor }) => actor)).toEqual(Array(2).fill({ type: 'operator', id: user.id }))
  })

  test('that may do more than their operator are neither offered nor made', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', '/dashboard/api-keys')
    expect(visited.body).not.toContain('value="*"')
    expect(visited.body).not.toContain('value="operators:write"')
    for (const permissions of ['*', 'operators:write']) {
      const refused = await browser.submit(visited, { name: 'More', permissions })
      expect(refused.status).toBe(403)
    }
  })
})

describe('signing keys at the dashboard', () => {
  test('get a successor, and are withdrawn once their ID was typed', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', '/dashboard/signing-keys')
    const active = (await app.stores.signingKeys.all()).find(({ algorithm }) => algorithm === 'ES256')
    const kid = active?.kid ?? ''
    expect(visited.body).toContain(kid)
    const before = await browser.get(`/dashboard/signing-keys/${kid}`)
    const rotated = await browser.submit(before, { decision: 'rotate' })
    expect(noticeOn(rotated)).toContain('successor')
    const keys = (await app.stores.signingKeys.all()).filter(({ algorithm }) => algorithm === 'ES256')
    expect(keys).toHaveLength(2)
    const one = await browser.get(`/dashboard/signing-keys/${kid}`)
    expect((await browser.submit(one, { confirmation: 'no' })).status).toBe(422)
    expect(noticeOn(await browser.submit(one, { confirmation: kid }))).toBe('The key is withdrawn.')
  })

  test('that are not there are not found', async () => {
    const { browser } = await operatorAt(app, 'owner')
    expect(await browser.get('/dashboard/signing-keys/none')).toMatchObject({ status: 404 })
  })
})

describe('webhooks at the dashboard', () => {
  test('are added, changed, and deleted once their address was typed', async () => {
    const { browser, visited } = await operatorAt(app, 'admin', '/dashboard/webhooks')
    const refused = await browser.submit(visited, { endpoint_url: 'http://10.0.0.1', events: 'user.created' })
    expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('id="endpoint_url-error"') })
    const url = 'https://hooks.example.com/all'
    const added = await browser.submit(refused, { endpoint_url: url, events: 'user.created' })
    expect(noticeOn(added)).toBe('Created.')
    const [path = ''] = /\/dashboard\/webhooks\/we_\w+/.exec(added.body) ?? []
    const shown = await browser.get(path)
    const [{ secret = '' } = {}] = (
      (await (await app.management()).get('/webhook_endpoints')).body as { data: { secret: string }[] }
    ).data
    expect(shown.body).toContain(secret)
    app.clock.advance(1)
    const saved = await browser.submit(shown, { endpoint_url: `${url}/more`, enabled: undefined })
    expect(noticeOn(saved)).toBe('Saved.')
    expect(saved.body).toContain('Disabled')
    const told = await browser.submit(shown, { endpoint_url: url })
    expect(told.status).toBe(409)
    expect(textIn(told, 'enabled-saved')).toBe('Saved meanwhile: not ticked')
    const viewer = await operatorAt(app, 'viewer', path)
    expect(viewer.visited.body).not.toContain(secret)
    const deleted = await browser.submit(await browser.get(path), { confirmation: `${url}/more` })
    expect(noticeOn(deleted)).toBe('Deleted.')
  })
})
