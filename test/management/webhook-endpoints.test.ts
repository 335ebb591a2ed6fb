import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebhookEndpointId } from '../../src/protocol/identifiers.ts'
import { createSealer } from '../../src/system/encryption.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

let count = 0
const address = () => `https://hooks.example.com/${++count}`
const create = (endpointUrl = address()) =>
  workos.webhooks.createWebhookEndpoint({ endpointUrl, events: ['user.created'] })

const all = async () => (await management.get('/webhook_endpoints?limit=100')).body

describe('webhook endpoints', () => {
  test('are created, listed, changed and deleted with the official SDK', async () => {
    const created = await create()
    expect(created).toMatchObject({ object: 'webhook_endpoint', status: 'enabled', events: ['user.created'] })
    expect(created.secret).toMatch(/^whsec_[\w-]{43}$/)
    expect((await workos.webhooks.listWebhookEndpoints()).data).toContainEqual(created)
    app.clock.advance(1)
    const updated = await workos.webhooks.updateWebhookEndpoint({
      id: created.id,
      status: 'disabled',
      events: ['user.deleted', 'application.created' as never],
    })
    expect(updated).toMatchObject({
      id: created.id,
      endpointUrl: created.endpointUrl,
      secret: created.secret,
      status: 'disabled',
      events: ['user.deleted', 'application.created'],
    })
    expect(updated.updatedAt).not.toEqual(created.updatedAt)
    await workos.webhooks.deleteWebhookEndpoint({ id: created.id })
    await expect(workos.webhooks.deleteWebhookEndpoint({ id: created.id })).rejects.toMatchObject({
      status: 404,
    })
    await expect(
      workos.webhooks.updateWebhookEndpoint({ id: created.id, status: 'enabled' }),
    ).rejects.toMatchObject({ status: 404 })
  })

  test('have an address of their own, also when twenty are created at once', async () => {
    const url = address()
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => create(url)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ status: 409 })
    }
    const other = await create()
    const before = await all()
    expect(await management.patch(`/webhook_endpoints/${other.id}`, { endpoint_url: url })).toMatchObject({
      status: 409,
      body: { code: 'duplicate_endpoint' },
    })
    expect(await all()).toEqual(before)
  })

  test('may ask for events that only WorkOS has, among others', async () => {
    const events = ['user.created', 'dsync.user.created'] as const
    const created = await workos.webhooks.createWebhookEndpoint({
      endpointUrl: address(),
      events: [...events],
    })
    expect(created.events).toEqual(events)
  })

  test('an update that changes nothing is none', async () => {
    const { id, endpointUrl, events, updatedAt } = await create()
    app.clock.advance(1)
    const same = await workos.webhooks.updateWebhookEndpoint({
      id,
      endpointUrl,
      events: events as never,
      status: 'enabled',
    })
    expect(same.updatedAt).toEqual(updatedAt)
    const updates = await app.stores.events.byName('webhook_endpoint.updated', 1_000)
    expect(updates.filter(({ targetId }) => targetId === id)).toEqual([])
  })

  test('are public https addresses, and ask for events there are', async () => {
    const before = await all()
    for (const endpoint_url of [
      'http://hooks.example.com/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://10.0.0.1/',
      'https://169.254.169.254/latest/meta-data',
      'https://user:password@hooks.example.com/',
      'https://localhost/',
      'https://hooks',
      'https://hooks.internal/',
      'https://hooks.example.com/#f',
      'javascript:alert(1)',
      'hooks.example.com',
      ' https://hooks.example.com/',
      'https:hooks.example.com',
      'https://hooks.example.com\\@127.0.0.1/',
      'https://hooks.example.com/?q=\n',
      `https://hooks.example.com/${'x'.repeat(2048)}`,
    ]) {
      const { status, body } = await management.post('/webhook_endpoints', {
        endpoint_url,
        events: ['user.created'],
      })
      expect(status, endpoint_url.slice(0, 60)).toBe(422)
      expect(body).toMatchObject({ code: 'invalid_url', errors: [{ field: 'endpoint_url' }] })
    }
    for (const events of [[], ['user.creatd'], 'user.created', undefined]) {
      const { status, body } = await management.post('/webhook_endpoints', {
        endpoint_url: address(),
        events,
      })
      expect(status).toBe(422)
      expect(JSON.stringify(body)).toContain('events')
    }
    expect(await all()).toEqual(before)
  })

  test('keep their secret out of the database and of events', async () => {
    const { id, secret } = await create()
    await workos.webhooks.updateWebhookEndpoint({ id, status: 'disabled' })
    const { kysely } = app.testDatabase.database
    const kept = JSON.stringify([
      await kysely.selectFrom('webhook_endpoint').selectAll().execute(),
      await kysely.selectFrom('event').selectAll().execute(),
    ])
    expect(kept).toContain(id)
    expect(kept).not.toContain(secret)
    const [updated] = (await app.stores.events.byName('webhook_endpoint.updated', 100)).filter(
      ({ targetId }) => targetId === id,
    )
    expect(updated).toMatchObject({ data: { status: 'disabled' }, before: { status: 'enabled' } })
  })

  test('are sent only events there are', async () => {
    const { id } = await create()
    for (const eventId of ['event_01KDVDNA00V75E4SDR19VXRF50', 'nonsense']) {
      expect(
        await management.post(`/latchkey/v1/webhook_endpoints/${id}/deliveries/${eventId}/resend`),
      ).toMatchObject({ status: 404 })
    }
    expect((await management.get(`/latchkey/v1/webhook_endpoints/${id}/deliveries`)).body).toMatchObject({
      data: [],
    })
  })
  test('whose secret cannot be read are shown without it, and can be disabled and deleted', async () => {
    const { id } = await create()
    const endpoint = await app.stores.webhookEndpoints.byId(id as WebhookEndpointId)
    if (!endpoint) throw new Error('there is none')
    const other = createSealer('another secret, long enough to be taken', 'webhook', systemRandom)
    await app.stores.webhookEndpoints.delete(endpoint.id)
    await app.stores.webhookEndpoints.insert({ ...endpoint, secretSealed: other.seal('whsec_lost', id) })
    expect((await workos.webhooks.listWebhookEndpoints()).data).toContainEqual(
      expect.objectContaining({ id, secret: '' }),
    )
    expect(await management.patch(`/webhook_endpoints/${id}`, { status: 'disabled' })).toMatchObject({
      status: 200,
      body: { status: 'disabled', secret: '' },
    })
    expect(await management.delete(`/webhook_endpoints/${id}`)).toMatchObject({ status: 204 })
  })

  test('are at most a hundred', async () => {
    const present = await app.stores.webhookEndpoints.count()
    const statuses = await Promise.all(
      Array.from({ length: 105 - present }, async () => {
        const { status } = await management.post('/webhook_endpoints', {
          endpoint_url: address(),
          events: ['user.created'],
        })
        return status
      }),
    )
    expect(statuses.filter((status) => status === 422)).toHaveLength(5)
    const refused = await management.post('/webhook_endpoints', {
      endpoint_url: address(),
      events: ['user.created'],
    })
    expect(refused).toMatchObject({ status: 422, body: { code: 'too_many' } })
    expect(await app.stores.webhookEndpoints.count()).toBe(100)
  })
})
