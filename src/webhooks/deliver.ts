import { eventObject } from '../objects/event.ts'
import type { Stores } from '../storage/index.ts'
import type { DueDelivery } from '../storage/stores/webhook-deliveries.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import type { Random } from '../system/random.ts'
import { openSecret } from './endpoint.ts'
import { webhookSignature } from './signature.ts'

/*
 * Sends what is due. Every event is sent at least once: an endpoint whose answer was lost, or a node that died before it
 * had written down the success, makes it come again, under the same event ID.
 */

/** An endpoint that has not answered by then has failed; well within the lease. */
const TIMEOUT_MILLISECONDS = 10_000

/** At once of one endpoint, on each node: it is somebody else's server. */
const PER_ENDPOINT = 5

/** What a node has taken is another's after this, should it die. */
const LEASE_SECONDS = 60

/** How long after each failure the next attempt comes; after the last there is none. Three days in all. */
const DELAYS_SECONDS = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 31 * 3600] as const

/** Part of a delay by which it varies, so that what failed together does not come back together. */
const JITTER = 0.1

export interface Delivering {
  readonly stores: Pick<Stores, 'webhookDeliveries'>
  readonly fetch: OutboundFetch
  readonly sealer: Pick<Sealer, 'open'>
  readonly clock: Clock
  readonly random: Random
  /** Hears of what is our fault: an endpoint whose secret cannot be read. */
  readonly onError: (error: unknown) => void
}

/** @returns how many were attempted. */
export const deliverDue = async (delivering: Delivering): Promise<number> => {
  const now = delivering.clock.now()
  const due = await delivering.stores.webhookDeliveries.take(
    PER_ENDPOINT,
    addSeconds(now, LEASE_SECONDS),
    now,
  )
  await Promise.all(due.map((delivery) => attempt(delivering, delivery)))
  return due.length
}

const attempt = async (
  { stores, fetch, sealer, clock, random, onError }: Delivering,
  delivery: DueDelivery,
): Promise<void> => {
  const answer = await send({ fetch, sealer, onError }, delivery, clock.now())
  const now = clock.now()
  const isDelivered = answer.status !== null && answer.status >= 200 && answer.status < 300
  await stores.webhookDeliveries.attempted(delivery, {
    deliveredAt: isDelivered ? now : null,
    nextAttemptAt: isDelivered ? null : nextAttempt(delivery.attempts, now, random),
    lastStatus: answer.status,
    lastError: answer.error,
  })
}

const send = async (
  { fetch, sealer, onError }: Pick<Delivering, 'fetch' | 'sealer' | 'onError'>,
  { event, endpoint }: DueDelivery,
  now: Date,
): Promise<{ readonly status: number | null; readonly error: string | null }> => {
  try {
    const body = JSON.stringify(eventObject(event))
    const { status } = await fetch({
      method: 'POST',
      url: endpoint.endpointUrl,
      headers: {
        'content-type': 'application/json',
        'workos-signature': webhookSignature(openSecret(sealer, endpoint), body, now),
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

/** Null once it has been tried often enough. */
const nextAttempt = (attempts: number, now: Date, random: Random): Date | null => {
  const delay = DELAYS_SECONDS[attempts - 1]
  if (delay === undefined) return null
  const [byte = 0] = random.bytes(1)
  return addSeconds(now, Math.round(delay * (1 + JITTER * ((2 * byte) / 255 - 1))))
}
