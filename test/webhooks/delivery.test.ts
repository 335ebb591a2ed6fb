import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { actingAs } from '../../src/events/record.ts'
import { createOrganization } from '../../src/organizations/organization.ts'
import { createSealer } from '../../src/system/encryption.ts'
import { createOutboundFetch } from '../../src/system/outbound-fetch.ts'
import { systemRandom } from '../../src/system/random.ts'
import { type Delivering, deliverDue } from '../../src/webhooks/deliver.ts'
import { startTestApp, TEST_SECRET, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { type Received, type Receiver, startReceiver } from './receiver.ts'

let app: TestApp
let workos: WorkOS
let management: Management
beforeAll(async () => {
  app = await startTestApp({ settings: { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '127.0.0.1' } })
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

let receiver: Receiver
let endpoint: { id: string; secret: string }
beforeEach(async () => {
  receiver = await startReceiver()
  endpoint = await workos.webhooks.createWebhookEndpoint({
    endpointUrl: receiver.url,
    events: ['organization.created', 'organization.updated', 'user.created'],
  })
})
afterEach(async () => {
  await workos.webhooks.deleteWebhookEndpoint({ id: endpoint.id })
  await receiver[Symbol.asyncDispose]()
})

/** The job comes round every two seconds. */
const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 })

const arrived = (count: number) => until(() => expect(receiver.received).toHaveLength(count))

const construct = ({ headers, body }: Received, secret = endpoint.secret) =>
  workos.webhooks.constructEvent({
    payload: body as never,
    sigHeader: String(headers['workos-signature']),
    secret,
    // The test's clock says another time than the machine's.
    tolerance: Number.POSITIVE_INFINITY,
  })

interface Delivery {
  readonly event_id: string
  readonly state: string
  readonly attempts: number
  readonly last_status: number | null
  readonly last_error: string | null
  readonly next_attempt_at: string | null
}

const deliveries = async (): Promise<Delivery[]> =>
  (
    (await management.get(`/latchkey/v1/webhook_endpoints/${endpoint.id}/deliveries`)).body as {
      data: Delivery[]
    }
  ).data

describe('an event', () => {
  test('is sent to the endpoint that wants it, signed as the SDK verifies it', async () => {
    const organization = await workos.organizations.createOrganization({ name: 'Told' })
    await arrived(1)
    const [received] = receiver.received
    if (!received) throw new Error('nothing came')
    expect(received.headers['content-type']).toBe('application/json')
    const verified = await workos.webhooks.verifyHeader({
      payload: JSON.parse(received.body),
      sigHeader: String(received.headers['workos-signature']),
      secret: endpoint.secret,
      tolerance: Number.POSITIVE_INFINITY,
    })
    expect(verified).toBe(true)
    const event = await construct(received)
    expect(event).toMatchObject({
      event: 'organization.created',
      data: { id: organization.id, name: 'Told' },
    })
    const [listed] = (await workos.events.listEvents({ events: ['organization.created'], limit: 1 })).data
    expect(event.id).toBe(listed?.id)
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 1, last_status: 200 }]),
    )
  })

  test('with a changed body or another secret is not ours', async () => {
    await workos.organizations.createOrganization({ name: 'Forged' })
    await arrived(1)
    const [received] = receiver.received
    if (!received) throw new Error('nothing came')
    await expect(construct({ ...received, body: received.body.replace('Forged', 'forged') })).rejects.toThrow(
      /signature/i,
    )
    await expect(construct(received, 'whsec_another')).rejects.toThrow(/signature/i)
  })

  test('nobody asked for is not sent, nor one of a change that was refused', async () => {
    await workos.authorization
      .createPermission({ slug: `unasked:${receiver.url.length}`, name: 'Unasked' })
      .catch(() => {})
    expect((await management.post('/organizations', { name: '' })).status).toBe(422)
    const last = await workos.organizations.createOrganization({ name: 'Asked for' })
    await arrived(1)
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ data: { id: last.id } })
  })

  test('of a transaction that is rolled back is not sent', async () => {
    await expect(
      app.transaction(async (stores) => {
        const acting = actingAs({ type: 'operator' }, { stores, now: app.clock.now(), random: systemRandom })
        await createOrganization(acting, { name: 'Rolled back' })
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    const last = await workos.organizations.createOrganization({ name: 'Committed' })
    await arrived(1)
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ data: { id: last.id } })
  })
})

describe('an endpoint', () => {
  test('that fails is tried again, later each time, until it takes the event', async () => {
    receiver.answerWith(500, 302, 204)
    await workos.organizations.createOrganization({ name: 'Tried again' })
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 1, last_status: 500 }]),
    )
    const [first] = await deliveries()
    app.clock.advance(4)
    expect(Date.parse(first?.next_attempt_at ?? '')).toBeGreaterThan(app.clock.now().getTime())
    app.clock.advance(3)
    // A redirect is an answer, and not one of success; nobody is led into a private network by it.
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 2, last_status: 302 }]),
    )
    app.clock.advance(40)
    await until(async () => expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 3 }]))
    const bodies = receiver.received.map(({ body }) => body)
    expect(new Set(bodies).size).toBe(1)
    const signatures = receiver.received.map(({ headers }) => headers['workos-signature'])
    expect(new Set(signatures).size).toBe(3)
  })

  test('that never takes it is left alone after ten attempts in three days, and may be sent it on request', async () => {
    receiver.answerWith(410)
    await workos.organizations.createOrganization({ name: 'Given up' })
    // Not to wait for the job ten times; it may be quicker, which is as good.
    const delivering: Delivering = {
      stores: app.stores,
      outboundFetch: createOutboundFetch({ allowedHosts: ['127.0.0.1'] }),
      sealer: createSealer(TEST_SECRET, 'webhook', systemRandom),
      clock: app.clock,
      random: systemRandom,
      onError: (error) => {
        throw error
      },
    }
    for (let attempts = 1; attempts <= 10; attempts++) {
      await deliverDue(delivering, new AbortController().signal)
      await until(async () => expect((await deliveries())[0]).toMatchObject({ attempts, last_status: 410 }))
      app.clock.advance(36 * 3600)
    }
    const [failed] = await deliveries()
    expect(failed).toMatchObject({ state: 'failed', next_attempt_at: null })
    receiver.answerWith(200)
    const path = `/latchkey/v1/webhook_endpoints/${endpoint.id}/deliveries/${failed?.event_id}/resend`
    expect(await management.post(path)).toMatchObject({
      status: 200,
      body: { state: 'pending', attempts: 0 },
    })
    await until(async () => expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 1 }]))
    expect(await eventsOf(app, endpoint.id, ['webhook_delivery.resent'])).toMatchObject([
      { data: { event_id: failed?.event_id } },
    ])
  })

  test('that is gone holds up nobody else', async () => {
    const gone = await workos.webhooks.createWebhookEndpoint({
      endpointUrl: 'http://127.0.0.1:1/nobody',
      events: ['organization.created'],
    })
    for (let i = 0; i < 8; i++) await workos.organizations.createOrganization({ name: `Several ${i}` })
    await arrived(8)
    await until(async () => {
      const { body } = await management.get(`/latchkey/v1/webhook_endpoints/${gone.id}/deliveries`)
      expect((body as { data: Delivery[] }).data.map(({ last_error }) => last_error)).toEqual(
        Array(8).fill('connection_failed'),
      )
    })
    await workos.webhooks.deleteWebhookEndpoint({ id: gone.id })
  })

  test('that is disabled gets nothing, and later what was due before and what happened meanwhile', async () => {
    receiver.answerWith(500)
    await workos.organizations.createOrganization({ name: 'Before' })
    await arrived(1)
    await workos.webhooks.updateWebhookEndpoint({ id: endpoint.id, status: 'disabled' })
    await workos.organizations.createOrganization({ name: 'Meanwhile' })
    app.clock.advance(60)
    receiver.answerWith(200)
    await workos.webhooks.updateWebhookEndpoint({ id: endpoint.id, status: 'enabled' })
    await arrived(3)
    const names = receiver.received.map(({ body }) => JSON.parse(body).data.name)
    expect(names.toSorted()).toEqual(['Before', 'Before', 'Meanwhile'])
  })
})

if (inject('testStore').kind === 'postgres') {
  test('two nodes share the work, and send nothing twice', async () => {
    const node = await app.startNode()
    for (let i = 0; i < 20; i++) await workos.organizations.createOrganization({ name: `Shared ${i}` })
    await arrived(20)
    await until(async () => {
      const { body } = await management.get(
        `/latchkey/v1/webhook_endpoints/${endpoint.id}/deliveries?limit=100`,
      )
      expect((body as { data: Delivery[] }).data.map(({ state }) => state)).toEqual(
        Array(20).fill('delivered'),
      )
    })
    const names = receiver.received.map(({ body }) => JSON.parse(body).data.name)
    expect(new Set(names).size).toBe(20)
    await node.close()
  })
}
