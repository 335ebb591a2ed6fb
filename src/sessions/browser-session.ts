import type { EventCatalogue } from '../events/catalogue.ts'
import { actingAs } from '../events/record.ts'
import { newIdentifier, type SessionId, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { SessionRecord } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'

/*
 * A browser in which somebody has proved who they are. Its cookie holds a handle of which we keep the hash
 * (browser-context.ts reads it).
 */

export interface SessionChange {
  readonly stores: Pick<Stores, 'sessions' | 'events'>
  readonly now: Date
  readonly random: Random
}

export interface StartedSession {
  readonly session: SessionRecord
  /** For the cookie, and nowhere else. */
  readonly token: string
}

/**
 * Always under a new handle: one that a browser had before may have been planted there (session fixation, OWASP ASVS 5
 * §7.2.4).
 */
export const startSession = async (
  { stores, now, random }: SessionChange,
  {
    userId,
    amr,
    seconds,
    address,
    former,
  }: {
    readonly userId: UserId
    /** RFC 8176 */
    readonly amr: readonly string[]
    readonly seconds: number
    readonly address: string
    /**
     * The session this browser had. If it is the same user's it goes on, and with it what other applications got in
     * it; somebody else's ends.
     */
    readonly former: SessionId | undefined
  },
): Promise<StartedSession> => {
  const token = newHandle(random)
  const authentication = {
    tokenHash: sha256(token),
    authenticatedAt: now,
    amr: [...amr],
    expiresAt: addSeconds(now, seconds),
  }
  const { record } = actingAs({ type: 'user', id: userId }, { stores, now, random })
  const happening = { data: { user_id: userId, ip_address: address } }
  const renewed = former && (await stores.sessions.renew({ id: former, userId }, authentication))
  if (renewed) {
    await record({ ...happening, name: 'session.reauthenticated', targetId: renewed.id })
    return { session: renewed, token }
  }
  if (former) await endSession({ stores, now, random }, former, 'signed_in_again')
  const session: SessionRecord = {
    ...authentication,
    id: newIdentifier('session', now, random),
    userId,
    organizationId: null,
    createdAt: now,
    updatedAt: now,
    ipAddress: address,
    userAgent: null,
  }
  await stores.sessions.insert(session)
  await record({ ...happening, name: 'session.created', targetId: session.id })
  return { session, token }
}

/** False if it had ended before. */
export const endSession = async (
  { stores, now, random }: SessionChange,
  id: SessionId,
  reason: EventCatalogue['session.revoked']['data']['reason'],
): Promise<boolean> => {
  const userId = await stores.sessions.end(id)
  if (userId === undefined) return false
  await actingAs({ type: 'user', id: userId }, { stores, now, random }).record({
    name: 'session.revoked',
    targetId: id,
    data: { user_id: userId, reason },
  })
  return true
}

/** Signs out. */
export type EndSession = (session: Pick<SessionRecord, 'id'>, now: Date) => Promise<boolean>

export const createEndSession =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): EndSession =>
  ({ id }, now) =>
    transaction((stores) => endSession({ stores, now, random }, id, 'signed_out'))
