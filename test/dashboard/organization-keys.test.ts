import { afterAll, beforeAll, expect, test } from 'vitest'
import { csrfTokenOn, hrefOf, noticeOn, post, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const validated = async (value: string) =>
  ((await (await app.management()).post('/api_keys/validations', { value })).body as { api_key: unknown })
    .api_key

test.each([30, 105])('of %i keys of a customer the oldest is deleted as the newest is', async (count) => {
  const organization = await app.fixtures.organization('Umbrella')
  const path = `/dashboard/organizations/${organization}/keys`
  const management = await app.management()
  const values: string[] = []
  for (let index = 0; index < count; index++) {
    app.clock.advance(1)
    const { body } = await management.post(`/organizations/${organization}/api_keys`, {
      name: `Key ${index}`,
    })
    values.push((body as { value: string }).value)
  }
  let { browser, visited } = await operatorAt(app, 'admin', path)
  for (let older = hrefOf(visited, 'older'); older !== undefined; older = hrefOf(visited, 'older')) {
    visited = await browser.get(older.replaceAll('&amp;', '&'))
  }
  const [, oldest = ''] = /href="([^"]*\?key=[^"]*)"(?![\s\S]*\?key=)/.exec(visited.body) ?? []
  const chosen = await browser.get(oldest.replaceAll('&amp;', '&'))
  const refused = await browser.submit(chosen, { confirmation: 'Key' })
  expect(refused).toMatchObject({ status: 422, body: expect.stringContaining('Delete Key 0') })
  expect(noticeOn(await browser.submit(refused, { confirmation: 'Key 0' }))).toBe('Deleted.')
  expect(await validated(values[0] ?? '')).toBeNull()
  expect(await validated(values[1] ?? '')).not.toBeNull()
})

test('keys of users of a customer are not among them, nor deleted there', async () => {
  const organization = await app.fixtures.organization('Soylent')
  const user = await app.fixtures.user()
  const management = await app.management()
  const member = { user_id: user.id, organization_id: organization }
  await management.post('/user_management/organization_memberships', member)
  const made = await management.post(`/user_management/users/${user.id}/api_keys`, {
    ...{ name: 'Laptop', organization_id: organization },
  })
  const { id, value } = made.body as { id: string; value: string }
  const path = `/dashboard/organizations/${organization}/keys`
  const { browser, visited } = await operatorAt(app, 'admin', path)
  expect(await browser.get(`${path}?key=${id}`)).toMatchObject({ status: 404 })
  const form = { csrf_token: csrfTokenOn(visited), thing: id, confirmation: 'Laptop' }
  expect((await post(app, browser, `${path}/delete`, form)).status).toBe(404)
  expect(await validated(value)).not.toBeNull()
})

test('keys of a customer are made, shown once, work, and are deleted by typing their name', async () => {
  await app.fixtures.permission('orders:read')
  const organization = await app.fixtures.organization('Globex')
  const path = `/dashboard/organizations/${organization}/keys`
  const { browser, visited } = await operatorAt(app, 'admin', path)
  const refused = await browser.submit(visited, { name: 'Shop <b>', permissions: 'no:such', expires_at: '' })
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Shop &lt;b>')
  const made = await browser.submit(visited, { name: 'Shop <b>', permissions: 'orders:read', expires_at: '' })
  const value = textIn(made, 'secret')
  expect(await validated(value)).toMatchObject({ permissions: ['orders:read'] })
  const listed = await browser.get(path)
  expect(listed.body).not.toContain(value)
  const [key = ''] = /api_key_[0-9A-Z]{26}/.exec(listed.body) ?? []
  const chosen = await browser.get(`${path}?key=${key}`)
  expect((await browser.submit(chosen, { confirmation: 'Shop' })).status).toBe(422)
  const other = await app.fixtures.organization('Initech')
  const form = { csrf_token: csrfTokenOn(chosen), thing: key, confirmation: 'Shop <b>' }
  expect((await post(app, browser, `/dashboard/organizations/${other}/keys/delete`, form)).status).toBe(404)
  const viewer = await operatorAt(app, 'viewer', path)
  expect(viewer.visited.body).not.toContain('id="create-key"')
  const forged = { ...form, csrf_token: csrfTokenOn(viewer.visited) }
  expect((await post(app, viewer.browser, `${path}/delete`, forged)).status).toBe(403)
  expect(await validated(value)).not.toBeNull()
  expect((await browser.submit(chosen, { confirmation: 'Shop <b>' })).status).toBe(200)
  expect(await validated(value)).toBeNull()
})
