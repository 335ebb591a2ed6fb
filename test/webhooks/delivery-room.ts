import { newIdentifier } from '../../src/protocol/identifiers.ts'
import type { WebhookDeliveryRecord } from '../../src/storage/stores/webhook-deliveries.ts'
import type { WebhookEndpointRecord } from '../../src/storage/stores/webhook-endpoints.ts'
import { createSealer } from '../../src/system/encryption.ts'
import type { OutboundFetch, OutboundRequest } from '../../src/system/outbound-fetch.ts'
import { systemRandom } from '../../src/system/random.ts'
import { deliverDue } from '../../src/webhooks/deliver.ts'
import { createWebhookEndpoint, deleteWebhookEndpoint } from '../../src/webhooks/endpoint.ts'
import { openTestRoom } from '../events/test-room.ts'

/** What the outside answers: a status, or a failure that is thrown. */
export type Answering = (request: OutboundRequest) => number | Error | Promise<number | Error>

/** A room in which things happen and endpoints are told, without a network. */
export const openDeliveryRoom = async () => {
  const room = await openTestRoom()
  const sealer = createSealer('a secret for tests, long enough to be taken', 'webhook', systemRandom)
  const errors: unknown[] = []
  let count = 0

  return {
    ...room,
    errors,

    endpoint: async (): Promise<WebhookEndpointRecord> => {
      count += 1
      const endpointUrl = `https://hooks.example.com/${count}`
      const created = await room.act((acting) =>
        createWebhookEndpoint(
          acting,
          { sealer, allowedHosts: [] },
          { endpointUrl, events: ['user.created'] },
        ),
      )
      if (created.outcome !== 'created') throw new RangeError(created.code)
      return created.endpoint
    },

    withoutEndpoints: async (): Promise<void> => {
      const { rows } = await room.stores.webhookEndpoints.page({ limit: 1_000, order: 'asc' })
      for (const { id } of rows) await room.act((acting) => deleteWebhookEndpoint(acting, id))
    },

    /** Sends like a node of its own. */
    node: (answering: Answering) => {
      const requests: OutboundRequest[] = []
      const outboundFetch: OutboundFetch = async (request) => {
        requests.push(request)
        const answer = await answering(request)
        if (answer instanceof Error) throw answer
        return { status: answer, headers: {}, body: Buffer.alloc(0) }
      }
      const onError = (error: unknown): void => void errors.push(error)
      return {
        requests,
        /** Of the requests, as often as they came. */
        eventIds: () => requests.map(({ body }) => (JSON.parse(body ?? '') as { id: string }).id),
        deliverDue: (signal = new AbortController().signal) =>
          deliverDue({ ...room, outboundFetch, sealer, random: systemRandom, onError }, signal),
      }
    },

    /** Something that the endpoints ask for; @returns the IDs of the events. */
    happen: async (times = 1): Promise<string[]> => {
      const ids: string[] = []
      for (let i = 0; i < times; i++) {
        const id = newIdentifier('event', room.clock.now(), systemRandom)
        await room.stores.events.append({
          id,
          name: 'user.created',
          occurredAt: room.clock.now(),
          actor: { type: 'system' },
          targetId: null,
          organizationId: null,
          data: { object: 'user', id: 'user_1' },
          before: null,
        })
        ids.push(id)
      }
      return ids
    },

    deliveries: async ({ id }: Pick<WebhookEndpointRecord, 'id'>): Promise<WebhookDeliveryRecord[]> =>
      (await room.stores.webhookDeliveries.page(id, { limit: 1_000, order: 'asc' })).rows,
  }
}
