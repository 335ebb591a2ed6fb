import { z } from 'zod'
import type { WebhookDeliveryRecord } from '../storage/stores/webhook-deliveries.ts'
import type { WebhookEndpointRecord } from '../storage/stores/webhook-endpoints.ts'
import { createdAndUpdated, instants, optionalInstant, timestamp } from './members.ts'

/** As events show one: without its secret. */
const shownWebhookEndpointSchema = z.object({
  object: z.literal('webhook_endpoint'),
  id: z.string(),
  endpoint_url: z.string(),
  status: z.enum(['enabled', 'disabled']),
  events: z.array(z.string()),
  ...createdAndUpdated,
})

export const webhookEndpointSchema = shownWebhookEndpointSchema
  .extend({
    secret: z
      .string()
      .describe(
        'What deliveries are signed with. Empty if the server cannot read it, since `LATCHKEY_SECRET` is another than ' +
          'when it was made; such an endpoint is sent nothing, and has to be made anew.',
      ),
  })
  .meta({ id: 'WebhookEndpoint' })

export type ShownWebhookEndpoint = z.infer<typeof shownWebhookEndpointSchema>
export type WebhookEndpointObject = z.infer<typeof webhookEndpointSchema>

export const shownWebhookEndpoint = (endpoint: WebhookEndpointRecord): ShownWebhookEndpoint => ({
  object: 'webhook_endpoint',
  id: endpoint.id,
  endpoint_url: endpoint.endpointUrl,
  status: endpoint.status,
  events: endpoint.events,
  ...instants(endpoint),
})

export const webhookDeliverySchema = z
  .object({
    object: z.literal('webhook_delivery'),
    event_id: z.string(),
    webhook_endpoint_id: z.string(),
    state: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.number().int(),
    next_attempt_at: timestamp.nullable(),
    delivered_at: timestamp.nullable(),
    last_status: z.number().int().nullable().describe('What the endpoint answered last.'),
    last_error: z.string().nullable().describe('Why there was no answer.'),
    created_at: timestamp,
  })
  .meta({ id: 'WebhookDelivery' })

export type WebhookDeliveryObject = z.infer<typeof webhookDeliverySchema>

export const webhookDeliveryObject = (delivery: WebhookDeliveryRecord): WebhookDeliveryObject => ({
  object: 'webhook_delivery',
  event_id: delivery.eventId,
  webhook_endpoint_id: delivery.endpointId,
  state: stateOf(delivery),
  attempts: delivery.attempts,
  next_attempt_at: optionalInstant(delivery.nextAttemptAt),
  delivered_at: optionalInstant(delivery.deliveredAt),
  last_status: delivery.lastStatus,
  last_error: delivery.lastError,
  created_at: delivery.createdAt.toISOString(),
})

const stateOf = ({ deliveredAt, nextAttemptAt }: WebhookDeliveryRecord): WebhookDeliveryObject['state'] => {
  if (deliveredAt !== null) return 'delivered'
  return nextAttemptAt === null ? 'failed' : 'pending'
}
