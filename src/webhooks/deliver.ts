import { eventObject } from '../objects/event.ts'
import { deliverFairly } from '../outbox/fair-delivery.ts'
import { nextAttempt } from '../outbox/next-attempt.ts'
import type { WebhookEndpointId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { DueDelivery } from '../storage/stores/webhook-deliveries.ts'
import type { Clock } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import type { Random } from '../system/random.ts'
import { MAXIMUM_ENDPOINTS, openSecret } from './endpoint.ts'
import { webhookSignature } from './signature.ts'

/*
 * Sends what is due. Every event is sent at least once: an endpoint whose answer was lost, or a node that died before it
 * had written down the success, makes it come again, under the same event ID. Nor is there an order to rely on.
 *
 * A node has more places than there can be endpoints, so those that keep everybody waiting do not use them up.
 */

/** An endpoint that has not answered by then has failed; well within the lease. */
const TIMEOUT_MILLISECONDS = 10_000

/** At once of all endpoints, on each node: one for each that fails, and some for the others. */
const PLACES = MAXIMUM_ENDPOINTS + 28

/** How long after each failure the next attempt comes; after the last there is none. Three days in all. */
const DELAYS_SECONDS = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 31 * 3600] as const

export interface Delivering {
  readonly stores: Pick<Stores, 'webhookDeliveries'>
  readonly outboundFetch: OutboundFetch
  readonly sealer: Pick<Sealer, 'open'>
  readonly clock: Clock
  readonly random: Random
  /** Hears of what is our fault: an endpoint whose secret cannot be read. */
  readonly onError: (error: unknown) => void
}

/** Until nothing is due, or the signal is aborted; what is under way then is waited for. */
export const deliverDue = (delivering: Delivering, signal: AbortSignal): Promise<void> => {
  const { stores, clock, onError } = delivering
  return deliverFairly<DueDelivery, WebhookEndpointId>(
    {
      places: PLACES,
      take: stores.webhookDeliveries.take,
      receiverOf: ({ endpointId }) => endpointId,
      attempt: (delivery) => attempt(delivering, delivery),
      clock,
      onError,
    },
    signal,
  )
}

/** Whether it was delivered. */
const attempt = async (
  { stores, outboundFetch, sealer, clock, random, onError }: Delivering,
  delivery: DueDelivery,
): Promise<boolean> => {
  const answer = await send({ outboundFetch, sealer, onError }, delivery, clock.now())
  const now = clock.now()
  const isDelivered = answer.status !== null && answer.status >= 200 && answer.status < 300
  await stores.webhookDeliveries.attempted(delivery, {
    deliveredAt: isDelivered ? now : null,
    nextAttemptAt: isDelivered ? null : nextAttempt(delivery.attempts, DELAYS_SECONDS, now, random),
    lastStatus: answer.status,
    lastError: answer.error,
  })
  return isDelivered
}

const send = async (
  { outboundFetch, sealer, onError }: Pick<Delivering, 'outboundFetch' | 'sealer' | 'onError'>,
  { event, endpoint }: DueDelivery,
  now: Date,
): Promise<{ readonly status: number | null; readonly error: string | null }> => {
  const secret = openSecret(sealer, endpoint)
  if (secret === undefined) {
    onError(new Error(`The secret of ${endpoint.id} was encrypted with another LATCHKEY_SECRET.`))
    return { status: null, error: 'unreadable_secret' }
  }
  try {
    const body = JSON.stringify(eventObject(event))
    const { status } = await outboundFetch({
      method: 'POST',
      url: endpoint.endpointUrl,
      headers: {
        'content-type': 'application/json',
        'workos-signature': webhookSignature(secret, body, now),
      },
      body,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      maximumBytes: 0,
    })
    return { status, error: null }
  } catch (error) {
    if (error instanceof OutboundFailure) return { status: null, error: error.code }
    onError(error)
    return { status: null, error: 'internal_error' }
  }
}
