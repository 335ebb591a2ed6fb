import type { Client } from '../clients/client.ts'
import { idTokenSigningAlgorithm } from '../clients/profile.ts'
import { actingAs } from '../events/record.ts'
import { deliverFairly } from '../outbox/fair-delivery.ts'
import { nextAttempt } from '../outbox/next-attempt.ts'
import type { ApplicationId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { DueLogout } from '../storage/stores/logout-deliveries.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import { OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import type { Random } from '../system/random.ts'
import type { SignJwt } from '../tokens/issue.ts'
import { LOGOUT_TOKEN_TYPE, logoutTokenClaims } from '../tokens/logout-token.ts'
import type { SidOf } from '../tokens/sid.ts'
import type { SubjectOf } from '../tokens/subject.ts'

/*
 * OIDC Back-Channel Logout: tells applications that a session they were signed in to has ended. Each is told at least
 * once; whoever has been told already says so again. Given up in the end: tokens without offline access are inactive
 * since the session ended, whether their application has heard of it or not.
 */

/** OIDC Back-Channel Logout §2.5: others wait for nobody. */
const TIMEOUT_MILLISECONDS = 5_000

/** At once to all applications, on each node. */
const PLACES = 64

/** How long after each failure the next attempt comes; after the last there is none. An hour and a quarter in all. */
const DELAYS_SECONDS = [5, 30, 120, 600, 3600] as const

export interface DeliveringLogouts {
  readonly stores: Pick<Stores, 'logoutDeliveries'>
  readonly transaction: Transaction
  readonly findClient: (clientId: string) => Promise<Client | undefined>
  readonly signJwt: SignJwt
  readonly subjectOf: SubjectOf
  readonly sidOf: SidOf
  readonly issuer: string
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly random: Random
  /** Hears of what is our fault. */
  readonly onError: (error: unknown) => void
}

/** Until nothing is due, or the signal is aborted; what is under way then is waited for. */
export const deliverLogouts = (delivering: DeliveringLogouts, signal: AbortSignal): Promise<void> => {
  const { stores, clock, onError } = delivering
  return deliverFairly<DueLogout, ApplicationId>(
    {
      places: PLACES,
      take: stores.logoutDeliveries.take,
      receiverOf: ({ applicationId }) => applicationId,
      attempt: (delivery) => attempt(delivering, delivery),
      clock,
      onError,
    },
    signal,
  )
}

/** `retry`: perhaps the next time. `failed`: the answer will be no other. */
type Outcome =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'retry' | 'failed'; readonly error: string }

/** Whether it was delivered. */
const attempt = async (delivering: DeliveringLogouts, delivery: DueLogout): Promise<boolean> => {
  const { transaction, clock, random } = delivering
  const sent = await send(delivering, delivery)
  const now = clock.now()
  const isDelivered = sent.outcome === 'delivered'
  const nextAttemptAt =
    sent.outcome === 'retry' ? nextAttempt(delivery.attempts, DELAYS_SECONDS, now, random) : null
  await transaction(async (stores) => {
    const isNoted = await stores.logoutDeliveries.attempted(delivery, {
      nextAttemptAt,
      deliveredAt: isDelivered ? now : null,
      lastError: isDelivered ? null : sent.error,
    })
    if (!isNoted || isDelivered || nextAttemptAt !== null) return
    await actingAs({ type: 'system' }, { stores, now, random }).record({
      name: 'logout_delivery.failed',
      targetId: delivery.applicationId,
      data: {
        client_id: delivery.clientId,
        session_id: delivery.sessionId,
        user_id: delivery.userId,
        attempts: delivery.attempts,
        error: sent.error,
      },
    })
  })
  return isDelivered
}

const send = async (
  { findClient, signJwt, subjectOf, sidOf, issuer, outboundFetch, clock, random, onError }: DeliveringLogouts,
  { clientId, sessionId, userId }: DueLogout,
): Promise<Outcome> => {
  const client = await findClient(clientId)
  const url = client?.metadata.backchannel_logout_uri
  // It has asked not to be told any more, since then.
  if (client === undefined || url === undefined) return { outcome: 'failed', error: 'no_logout_uri' }
  try {
    const logoutToken = await signJwt({
      // OIDC Back-Channel Logout §2.4: as the client has its ID tokens signed.
      algorithm: idTokenSigningAlgorithm(client),
      type: LOGOUT_TOKEN_TYPE,
      claims: logoutTokenClaims(
        { issuer, subject: subjectOf(client, userId), client, sid: sidOf(client, sessionId) },
        clock.now(),
        random,
      ),
    })
    const { status } = await outboundFetch({
      method: 'POST',
      url,
      // OIDC Back-Channel Logout §2.5
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `${new URLSearchParams({ logout_token: logoutToken })}`,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      maximumBytes: 0,
    })
    // OIDC Back-Channel Logout §2.8: 200, and 204 is to be taken for it.
    if (status === 200 || status === 204) return { outcome: 'delivered' }
    // OIDC Back-Channel Logout §2.8: the token was not valid to it, or it failed to sign out. It said so; the next one is no other.
    return { outcome: status === 400 ? 'failed' : 'retry', error: `status_${status}` }
  } catch (error) {
    if (error instanceof OutboundFailure) return { outcome: 'retry', error: error.code }
    onError(error)
    return { outcome: 'retry', error: 'internal_error' }
  }
}
