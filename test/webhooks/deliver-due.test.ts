import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createSealer } from '../../src/system/encryption.ts'
import { OutboundFailure } from '../../src/system/outbound-fetch.ts'
import { systemRandom } from '../../src/system/random.ts'
import { deleteWebhookEndpoint, updateWebhookEndpoint } from '../../src/webhooks/endpoint.ts'
import { openDeliveryRoom } from './delivery-room.ts'

const room = await openDeliveryRoom()
afterAll(() => room[Symbol.asyncDispose]())
// So that what happens in a test is sent to the endpoints of that test.
beforeEach(room.withoutEndpoints)

/** Something that is waited for, and whoever lets it come. */
const gate = () => {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

test('an endpoint that is deleted while something happens does not make that fail', async () => {
  for (let i = 0; i < 5; i++) {
    const { id } = await room.endpoint()
    const [[eventId]] = await Promise.all([
      room.happen(),
      room.act((acting) => deleteWebhookEndpoint(acting, id)),
    ])
    expect(await room.stores.events.byId(eventId as never)).toMatchObject({ name: 'user.created' })
  }
})

test.each([
  ['no answer in time', 'timed_out'],
  ['a name that leads into a private network', 'forbidden_address'],
] as const)('%s counts as a failed attempt, and says so in one word', async (_what, code) => {
  const endpoint = await room.endpoint()
  await room.happen()
  await room.node(() => new OutboundFailure(code)).deliverDue()
  expect(await room.deliveries(endpoint)).toMatchObject([
    { attempts: 1, lastStatus: null, lastError: code, deliveredAt: null, nextAttemptAt: expect.any(Date) },
  ])
})

describe('an endpoint that keeps everybody waiting', () => {
  test('holds up no other, though it has a hundred events to take', async () => {
    const [slow, quick] = [await room.endpoint(), await room.endpoint()]
    await room.happen(100)
    const { opened, open } = gate()
    let slowAtOnce = 0
    let mostAtOnce = 0
    const node = room.node(async ({ url }) => {
      if (url !== slow.endpointUrl) return 200
      slowAtOnce += 1
      mostAtOnce = Math.max(mostAtOnce, slowAtOnce)
      await opened
      slowAtOnce -= 1
      return 500
    })
    const running = node.deliverDue()
    const deliveredToQuick = async () =>
      (await room.deliveries(quick)).filter(({ deliveredAt }) => deliveredAt).length
    await expect.poll(deliveredToQuick, { timeout: 15_000 }).toBe(100)
    expect(node.requests.filter(({ url }) => url === slow.endpointUrl)).toHaveLength(1)
    open()
    await running
    expect(mostAtOnce).toBe(1)
    expect(node.requests.filter(({ url }) => url === slow.endpointUrl)).toHaveLength(100)
  })

  test('gets one request at a time until it takes one, then several, and one again when it fails', async () => {
    await room.endpoint()
    await room.happen(30)
    const atOnce: number[] = []
    let now = 0
    let answer = 500
    const node = room.node(async () => {
      now += 1
      atOnce.push(now)
      if (atOnce.length === 10) answer = 200
      if (atOnce.length === 20) answer = 500
      await new Promise((resolve) => setTimeout(resolve, 5))
      now -= 1
      return answer
    })
    await node.deliverDue()
    expect(atOnce.slice(0, 10)).toEqual(Array(10).fill(1))
    expect(Math.max(...atOnce.slice(10, 20))).toBe(5)
    expect(atOnce.slice(-5)).toEqual(Array(5).fill(1))
  })
})

describe('several nodes', () => {
  test('share the work: in the normal case nothing is sent twice', async () => {
    const endpoints = [await room.endpoint(), await room.endpoint(), await room.endpoint()]
    const ids = await room.happen(40)
    const nodes = [room.node(() => 200), room.node(() => 200), room.node(() => 200)]
    await Promise.all(nodes.map(({ deliverDue }) => deliverDue()))
    const sent = nodes.flatMap(({ requests }) => requests.map(({ url, body }) => `${url} ${body}`))
    expect(sent).toHaveLength(endpoints.length * ids.length)
    expect(new Set(sent).size).toBe(sent.length)
    expect(nodes.every(({ requests }) => requests.length > 0)).toBe(true)
    for (const endpoint of endpoints) {
      expect((await room.deliveries(endpoint)).every(({ deliveredAt }) => deliveredAt)).toBe(true)
    }
  })

  test('what a node had when it died is sent by another one once its lease is over', async () => {
    const endpoint = await room.endpoint()
    const [eventId] = await room.happen()
    const { opened, open } = gate()
    const dying = room.node(async () => {
      await opened
      return 500
    })
    const dead = dying.deliverDue()
    await expect.poll(() => dying.requests.length).toBe(1)
    const other = room.node(() => 200)
    await other.deliverDue()
    expect(other.requests).toEqual([])
    room.clock.forward(61)
    await other.deliverDue()
    expect(other.eventIds()).toEqual([eventId])
    // It was not dead but slow: what it has to say comes too late to matter.
    open()
    await dead
    expect(await room.deliveries(endpoint)).toMatchObject([
      { attempts: 2, nextAttemptAt: null, deliveredAt: room.clock.now(), lastStatus: 200, lastError: null },
    ])
  })

  test('what is said of an attempt from before the event was sent once more counts for nothing', async () => {
    const endpoint = await room.endpoint()
    const [eventId] = await room.happen()
    const { opened, open } = gate()
    const slow = room.node(async () => {
      await opened
      return 500
    })
    const late = slow.deliverDue()
    await expect.poll(() => slow.requests.length).toBe(1)
    room.clock.forward(10)
    await room.stores.webhookDeliveries.resend(
      { eventId: eventId as never, endpointId: endpoint.id },
      room.clock.now(),
    )
    await room.node(() => 200).deliverDue()
    open()
    await late
    expect(await room.deliveries(endpoint)).toMatchObject([
      { attempts: 1, nextAttemptAt: null, deliveredAt: room.clock.now(), lastStatus: 200 },
    ])
  })

  test('one that is told to stop waits for what it is sending, and begins nothing more', async () => {
    const endpoint = await room.endpoint()
    await room.happen(10)
    const { opened, open } = gate()
    const node = room.node(async () => {
      if (node.requests.length > 1) await opened
      return 200
    })
    const stopping = new AbortController()
    const running = node.deliverDue(stopping.signal)
    await expect.poll(() => node.requests.length).toBe(6)
    stopping.abort()
    open()
    await running
    expect(node.requests).toHaveLength(6)
    expect((await room.deliveries(endpoint)).filter(({ deliveredAt }) => deliveredAt)).toHaveLength(6)
  })
})

test('a store that fails while it is told of an outcome stops nothing; the event comes again', async () => {
  await room.endpoint()
  await room.happen(2)
  const node = room.node(() => 200)
  const { attempted } = room.stores.webhookDeliveries
  let failures = 0
  room.stores.webhookDeliveries.attempted = async (...told) => {
    if (failures++ === 0) throw new RangeError('the database is away')
    return attempted(...told)
  }
  try {
    await node.deliverDue()
    expect(room.errors.splice(0)).toEqual([expect.any(RangeError)])
    room.clock.forward(61)
    await node.deliverDue()
  } finally {
    room.stores.webhookDeliveries.attempted = attempted
  }
  expect(node.requests).toHaveLength(3)
  expect(new Set(node.eventIds()).size).toBe(2)
})

test('what is sent once more begins anew: it is kept as long as any other, and nothing is said of it yet', async () => {
  const endpoint = await room.endpoint()
  const [eventId] = await room.happen()
  await room.node(() => 500).deliverDue()
  await room.node(() => new OutboundFailure('timed_out')).deliverDue()
  room.clock.forward(29 * 24 * 3600)
  const now = room.clock.now()
  await room.stores.webhookDeliveries.resend({ eventId: eventId as never, endpointId: endpoint.id }, now)
  expect(await room.deliveries(endpoint)).toMatchObject([
    { attempts: 0, createdAt: now, nextAttemptAt: now, lastStatus: null, lastError: null },
  ])
})

test('what happens while an endpoint is disabled waits for it', async () => {
  const { id } = await room.endpoint()
  const change = (status: 'enabled' | 'disabled') =>
    room.act((acting) => updateWebhookEndpoint(acting, { allowedHosts: [] }, id, { status }))
  await change('disabled')
  const eventIds = await room.happen(2)
  const node = room.node(() => 200)
  await node.deliverDue()
  expect(node.requests).toEqual([])
  await change('enabled')
  await node.deliverDue()
  expect(node.eventIds().toSorted()).toEqual(eventIds.toSorted())
})

test('an endpoint whose secret cannot be read is sent nothing; why is written down, and the operator hears of it', async () => {
  const endpoint = await room.endpoint()
  await room.stores.webhookEndpoints.delete(endpoint.id)
  const other = createSealer('another secret, long enough to be taken', 'webhook', systemRandom)
  await room.stores.webhookEndpoints.insert({ ...endpoint, secretSealed: other.seal('whsec_1', endpoint.id) })
  await room.happen()
  const node = room.node(() => 200)
  await node.deliverDue()
  expect(node.requests).toEqual([])
  expect(await room.deliveries(endpoint)).toMatchObject([
    { attempts: 1, lastStatus: null, lastError: 'unreadable_secret', deliveredAt: null },
  ])
  expect(room.errors.splice(0)).toMatchObject([{ message: expect.stringContaining(endpoint.id) }])
})
