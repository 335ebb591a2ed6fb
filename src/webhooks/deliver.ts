import { eventObject } from '../objects/event.ts'
import type { WebhookEndpointId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { DueDelivery } from '../storage/stores/webhook-deliveries.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import type { Random } from '../system/random.ts'
import { after, type Timer } from '../system/timer.ts'
import { MAXIMUM_ENDPOINTS, openSecret } from './endpoint.ts'
import { webhookSignature } from './signature.ts'

/*
 * Sends what is due. Every event is sent at least once: an endpoint whose answer was lost, or a node that died before it
 * had written down the success, makes it come again, under the same event ID. Nor is there an order to rely on.
 *
 * An endpoint is sent one event at a time until it has taken one, a few at once from then on, and one at a time again as
 * soon as it fails. A node has more places than there can be endpoints, so those that keep everybody waiting neither hold
 * up the others nor use up its places.
 */

/** An endpoint that has not answered by then has failed; well within the lease. */
const TIMEOUT_MILLISECONDS = 10_000

/** At once of one endpoint that takes what it is sent, on each node: it is somebody else's server. */
const PER_ENDPOINT = 5

/** At once of all endpoints, on each node: one for each that fails, and some for the others. */
const PLACES = MAXIMUM_ENDPOINTS + 28

/** How often to look for what has become due while attempts are under way, in milliseconds. */
const LOOK_AGAIN = 1_000

/** What a node has taken is another's after this, should it die. */
const LEASE_SECONDS = 60

/** How long after each failure the next attempt comes; after the last there is none. Three days in all. */
const DELAYS_SECONDS = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 31 * 3600] as const

/** Part of a delay by which it varies, so that what failed together does not come back together. */
const JITTER = 0.1

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
export const deliverDue = async (delivering: Delivering, signal: AbortSignal): Promise<void> => {
  const { stores, clock } = delivering
  const underWay = new Map<WebhookEndpointId, number>()
  /** Those that took what they were last sent, in this run. */
  const taking = new Set<WebhookEndpointId>()

  const take = (limit: number): Promise<DueDelivery[]> => {
    const now = clock.now()
    const room = new Map(
      [...new Set([...underWay.keys(), ...taking])].map((id) => {
        const places = taking.has(id) ? PER_ENDPOINT : 1
        return [id, Math.max(0, places - (underWay.get(id) ?? 0))]
      }),
    )
    return stores.webhookDeliveries.take({ limit, perEndpoint: 1, room }, addSeconds(now, LEASE_SECONDS), now)
  }

  const start = async (delivery: DueDelivery): Promise<void> => {
    const { endpointId } = delivery
    underWay.set(endpointId, (underWay.get(endpointId) ?? 0) + 1)
    try {
      if (await attempt(delivering, delivery)) taking.add(endpointId)
      else taking.delete(endpointId)
    } catch (error) {
      // It comes back when its lease is over.
      delivering.onError(error)
    } finally {
      const others = (underWay.get(endpointId) ?? 1) - 1
      if (others === 0) underWay.delete(endpointId)
      else underWay.set(endpointId, others)
    }
  }

  const attempts = new Set<Promise<void>>()
  try {
    while (!signal.aborted) {
      const others = attempts.size
      const due = others < PLACES ? await take(PLACES - others) : []
      for (const delivery of due) {
        const started = start(delivery).finally(() => attempts.delete(started))
        attempts.add(started)
      }
      // Places that were taken when it was asked may be free by now, and there may be more for them.
      if (others === 0 && due.length === 0) return
      if (attempts.size > 0) await firstOf(attempts)
    }
  } finally {
    await Promise.all(attempts)
  }
}

/** When one is done, or it is time to look again. */
const firstOf = async (attempts: ReadonlySet<Promise<void>>): Promise<void> => {
  let timer: Timer | undefined
  const pause = new Promise<void>((resolve) => {
    timer = after(LOOK_AGAIN, resolve)
  })
  await Promise.race([...attempts, pause])
  timer?.cancel()
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
    nextAttemptAt: isDelivered ? null : nextAttempt(delivery.attempts, now, random),
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

/** Null once it has been tried often enough. */
const nextAttempt = (attempts: number, now: Date, random: Random): Date | null => {
  const delay = DELAYS_SECONDS[attempts - 1]
  if (delay === undefined) return null
  const [byte = 0] = random.bytes(1)
  return addSeconds(now, Math.round(delay * (1 + JITTER * ((2 * byte) / 255 - 1))))
}
