import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { addSeconds } from '../../src/system/clock.ts'
import { deleteWebhookEndpoint } from '../../src/webhooks/endpoint.ts'
import { atOnce } from '../events/test-room.ts'
import { openDeliveryRoom } from './delivery-room.ts'

const room = await openDeliveryRoom()
afterAll(() => room[Symbol.asyncDispose]())
beforeEach(room.withoutEndpoints)

const endpoints = async (count: number) => {
  const made: Awaited<ReturnType<typeof room.endpoint>>[] = []
  for (let i = 0; i < count; i++) made.push(await room.endpoint())
  return made
}

describe('twenty endpoints with a backlog each', () => {
  test('are all taken from, when a node has fewer places than they could fill', async () => {
    const all = await endpoints(20)
    await room.happen(20)
    const now = room.clock.now()
    const taken = await room.stores.webhookDeliveries.take(
      { limit: 64, perReceiver: 5, room: new Map() },
      addSeconds(now, 60),
      now,
    )
    expect(taken).toHaveLength(64)
    const counts = all.map(({ id }) => taken.filter(({ endpointId }) => endpointId === id).length)
    expect(Math.min(...counts)).toBe(3)
  })

  test('that answer nothing take one place each, also in the first moment of a run', async () => {
    const slow = await endpoints(20)
    const quick = await room.endpoint()
    await room.happen(20)
    let open = (): void => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const node = room.node(async ({ url }) => {
      if (url === quick.endpointUrl) return 200
      await opened
      return 500
    })
    const stopping = new AbortController()
    const running = node.deliverDue(stopping.signal)
    const deliveredToQuick = async () =>
      (await room.deliveries(quick)).filter(({ deliveredAt }) => deliveredAt).length
    await expect.poll(deliveredToQuick, { timeout: 15_000 }).toBe(20)
    for (const { endpointUrl } of slow) {
      expect(node.requests.filter(({ url }) => url === endpointUrl)).toHaveLength(1)
    }
    stopping.abort()
    open()
    await running
  })
})

test('deliveries of an endpoint are deleted a part at a time', async () => {
  const [gone, kept] = [await room.endpoint(), await room.endpoint()]
  await room.happen(5)
  const { deleteSome } = room.stores.webhookDeliveries
  expect([await deleteSome(gone.id, 3), await deleteSome(gone.id, 3)]).toEqual([3, 2])
  expect(await room.deliveries(gone)).toEqual([])
  expect(await room.deliveries(kept)).toHaveLength(5)
})

test('an endpoint that is deleted is rid of its deliveries first, and goes with what came meanwhile', async () => {
  const endpoint = await room.endpoint()
  await room.happen(3)
  const asked: number[] = []
  await room.act(async (acting) => {
    const deleteSome = async (_id: unknown, limit: number) => {
      asked.push(limit)
      return asked.length < 3 ? limit : 1
    }
    const stores = {
      ...acting.stores,
      webhookDeliveries: { ...acting.stores.webhookDeliveries, deleteSome },
    }
    expect(await deleteWebhookEndpoint({ ...acting, stores }, endpoint.id)).toBe(true)
  })
  expect(asked).toEqual([10_000, 10_000, 10_000])
  expect(await room.stores.webhookEndpoints.byId(endpoint.id)).toBeUndefined()
  expect(await room.deliveries(endpoint)).toEqual([])
})

test('there are at most a hundred endpoints, also when several are made at once', async () => {
  await room.stores.environment.claim('client_1' as never, room.clock.now())
  await endpoints(95)
  const outcomes = await atOnce(10, () =>
    room.endpoint().then(
      () => 'created',
      (error: Error) => error.message,
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(5)
  expect(outcomes.filter((outcome) => outcome === 'too_many')).toHaveLength(5)
  expect(await room.stores.webhookEndpoints.count()).toBe(100)
})
