import { z } from 'zod'
import { listObject, listOf } from '../objects/list.ts'
import {
  webhookDeliveryObject,
  webhookDeliverySchema,
  webhookEndpointSchema,
} from '../objects/webhook-endpoint.ts'
import { askableEventNames } from '../protocol/foreign-event-name.ts'
import type { Stores } from '../storage/index.ts'
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  type Refused,
  updateWebhookEndpoint,
  type WebhookRules,
  webhookEndpointObject,
} from '../webhooks/endpoint.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { conflict, invalid, type Refusal } from './refusal.ts'

export interface WebhookDependencies {
  readonly stores: Stores
  readonly webhookRules: WebhookRules
}

const tag = 'Webhooks'

const wanted = z
  .array(z.enum(askableEventNames))
  .min(1)
  .describe('Names of events. Those that only WorkOS has may be among them; nothing comes of them.')
const address = z.string().describe('https, and no address of a private network.')

const refusalOf = (refused: Refused): Refusal =>
  refused.code === 'duplicate_endpoint'
    ? conflict(refused.code, 'There is an endpoint of that address.')
    : invalid([{ field: 'endpoint_url', code: refused.code, message: refused.message }], refused.code)

export const webhookOperations = ({ stores, webhookRules }: WebhookDependencies): readonly Operation[] => {
  const shown = (endpoint: Parameters<typeof webhookEndpointObject>[1]) =>
    webhookEndpointObject(webhookRules.sealer, endpoint)

  return [
    readOperation({
      id: 'listWebhookEndpoints',
      method: 'GET',
      path: '/webhook_endpoints',
      tag,
      summary: 'List webhook endpoints, with their secrets.',
      permission: 'webhooks:read',
      query: z.strictObject(pageParameters),
      answer: listOf(webhookEndpointSchema),
      errors: [],
      handle: async ({ query }) =>
        listObject(
          cursorsOf(await stores.webhookEndpoints.page(pageOf('webhookEndpoint', query)), query),
          shown,
        ),
    }),

    changeOperation({
      id: 'createWebhookEndpoint',
      method: 'POST',
      path: '/webhook_endpoints',
      tag,
      summary: 'Have events sent to an address.',
      description:
        'Each event is sent at least once, as `GET /events` shows it, signed in `WorkOS-Signature`. What is not answered ' +
        'with 2xx within 10 seconds is sent again, ten times in three days.',
      permission: 'webhooks:write',
      body: z.strictObject({ endpoint_url: address, events: wanted }),
      answer: webhookEndpointSchema,
      status: 201,
      errors: [409],
      handle: ({ body, change }) =>
        change(async (acting) => {
          const created = await createWebhookEndpoint(acting, webhookRules, {
            endpointUrl: body.endpoint_url,
            events: body.events,
          })
          if (created.outcome === 'refused') throw refusalOf(created)
          return shown(created.endpoint)
        }),
    }),

    changeOperation({
      id: 'updateWebhookEndpoint',
      method: 'PATCH',
      path: '/webhook_endpoints/:id',
      tag,
      summary: 'Change a webhook endpoint, or switch it on or off.',
      description:
        'What happens while it is disabled waits for it for thirty days, as does what was to be sent before.',
      permission: 'webhooks:write',
      body: z.strictObject({
        endpoint_url: address.nullish(),
        status: z.enum(['enabled', 'disabled']).nullish(),
        events: wanted.nullish(),
      }),
      answer: webhookEndpointSchema,
      status: 200,
      errors: [404, 409],
      handle: ({ params, body, change }) =>
        change(async (acting) => {
          const id = identified('webhookEndpoint', params.id)
          const updated = found(
            await updateWebhookEndpoint(acting, webhookRules, id, {
              endpointUrl: body.endpoint_url ?? undefined,
              status: body.status ?? undefined,
              events: body.events ?? undefined,
            }),
            'webhookEndpoint',
            id,
          )
          if (updated.outcome === 'refused') throw refusalOf(updated)
          return shown(updated.endpoint)
        }),
    }),

    changeOperation({
      id: 'deleteWebhookEndpoint',
      method: 'DELETE',
      path: '/webhook_endpoints/:id',
      tag,
      summary: 'Delete a webhook endpoint, with what is not yet delivered to it.',
      permission: 'webhooks:write',
      status: 204,
      errors: [404],
      handle: ({ params, change }) =>
        change(async (acting) => {
          const id = identified('webhookEndpoint', params.id)
          if (!(await deleteWebhookEndpoint(acting, id))) throw notThere('webhookEndpoint', id)
          return undefined
        }),
    }),

    readOperation({
      id: 'listWebhookDeliveries',
      method: 'GET',
      path: '/latchkey/v1/webhook_endpoints/:id/deliveries',
      tag,
      summary: 'List what was sent to an endpoint, or is to be; cursors are IDs of events.',
      permission: 'webhooks:read',
      query: z.strictObject(pageParameters),
      answer: listOf(webhookDeliverySchema),
      errors: [404],
      handle: async ({ params, query }) => {
        const id = identified('webhookEndpoint', params.id)
        found(await stores.webhookEndpoints.byId(id), 'webhookEndpoint', id)
        const page = await stores.webhookDeliveries.page(id, pageOf('event', query))
        return listObject(cursorsOf(page, query), webhookDeliveryObject)
      },
    }),

    changeOperation({
      id: 'resendWebhookDelivery',
      method: 'POST',
      path: '/latchkey/v1/webhook_endpoints/:id/deliveries/:event_id/resend',
      tag,
      summary: 'Send an event to an endpoint once more, whether it was delivered or not.',
      permission: 'webhooks:write',
      body: z.strictObject({}),
      answer: webhookDeliverySchema,
      status: 200,
      errors: [404],
      handle: ({ params, change }) =>
        change(async (acting) => {
          const endpointId = identified('webhookEndpoint', params.id)
          const eventId = identified('event', params.event_id)
          found(await acting.stores.webhookEndpoints.byId(endpointId), 'webhookEndpoint', endpointId)
          const delivery = await acting.stores.webhookDeliveries.resend({ eventId, endpointId }, acting.now)
          const resent = found(delivery, 'event', eventId)
          await acting.record({
            name: 'webhook_delivery.resent',
            targetId: endpointId,
            data: { event_id: eventId },
          })
          return webhookDeliveryObject(resent)
        }),
    }),
  ]
}
