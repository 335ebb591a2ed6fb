import type { SessionEnd } from '../events/catalogue.ts'
import { sessionRevoked } from '../events/ended.ts'
import { type Acting, actingAs } from '../events/record.ts'
import { revokedSessionObject, type SessionObject, sessionObject } from '../objects/session.ts'
import { newIdentifier, type SessionId, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { EndedSession, SessionRecord } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'

/*
 * A browser in which somebody has proved who they are. Its cookie holds a handle of which we keep the hash
 * (browser-context.ts reads it).
 */

/** Longer than those of browsers are; a stranger chooses it. */
const MAXIMUM_USER_AGENT_LENGTH = 512

/** What a browser says it is, as much of it as is kept. */
export const keptUserAgent = (userAgent: string | undefined): string | null =>
  userAgent?.slice(0, MAXIMUM_USER_AGENT_LENGTH) ?? null

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

export interface Authentication {
  readonly userId: UserId
  /** If it was before. */
  readonly authenticatedAt?: Date
  /** RFC 8176; empty where it is not known. */
  readonly amr: readonly string[]
  /** Null: nobody was asked for any; a session that goes on keeps those that it has. */
  readonly consentOptions?: SessionRecord['consentOptions']
  readonly seconds: number
  readonly address: string
  readonly userAgent?: string | undefined
}

/**
 * Always under a new handle: one that a browser had before may have been planted there (session fixation, OWASP ASVS 5
 * §7.2.4).
 *
 * @param former The session this browser had. If it is the same user's it goes on, and with it what other applications
 *   got in it; somebody else's ends.
 */
export const startSession = async (
  change: SessionChange,
  { former, ...authentication }: Authentication & { readonly former: SessionId | undefined },
): Promise<StartedSession> => {
  const { stores, now, random } = change
  const renewed = former && (await renewSession(change, former, authentication))
  if (renewed) return renewed
  if (former) await endSession(change, former, 'signed_in_again')
  const { token, columns } = newHandleFor(change, authentication)
  const session: SessionRecord = {
    ...columns,
    id: newIdentifier('session', now, random),
    userId: authentication.userId,
    organizationId: null,
    createdAt: now,
    lastUsedAt: null,
  }
  await stores.sessions.insert(session)
  const { record } = actingAs({ type: 'user', id: session.userId }, change)
  await record({ name: 'session.created', ...about(session) })
  return { session, token }
}

/** @returns undefined if it has ended, or is somebody else's. */
export const renewSession = async (
  change: SessionChange,
  id: SessionId,
  authentication: Authentication,
): Promise<StartedSession | undefined> => {
  const { userId } = authentication
  const { token, columns } = newHandleFor(change, authentication)
  const session = await change.stores.sessions.renew({ id, userId }, columns)
  if (!session) return undefined
  const { record } = actingAs({ type: 'user', id: userId }, change)
  await record({ name: 'session.reauthenticated', ...about(session) })
  return { session, token }
}

/** The same where nothing was proved but that it is this session: it lasts no longer for it, and nobody has signed in. */
export const continueSession = async (
  { stores, now, random }: SessionChange,
  session: Pick<SessionRecord, 'id' | 'userId'>,
): Promise<StartedSession | undefined> => {
  const token = newHandle(random)
  const continued = await stores.sessions.rehandle(session, sha256(token), now)
  return continued && { session: continued, token }
}

const newHandleFor = (
  { now, random }: SessionChange,
  { authenticatedAt = now, amr, consentOptions = null, seconds, address, userAgent }: Authentication,
) => {
  const token = newHandle(random)
  const columns = {
    tokenHash: sha256(token),
    authenticatedAt,
    amr: [...amr],
    consentOptions,
    expiresAt: addSeconds(now, seconds),
    updatedAt: now,
    ipAddress: address,
    userAgent: keptUserAgent(userAgent),
  }
  return { token, columns }
}

/** @returns what has ended, undefined if it had before. */
export const endSession = async (
  { stores, now, random }: SessionChange,
  id: SessionId,
  reason: SessionEnd,
): Promise<EndedSession | undefined> => {
  const ended = await stores.sessions.end(id, now)
  if (!ended) return undefined
  const { record } = actingAs({ type: 'user', id: ended.userId }, { stores, now, random })
  await record(sessionRevoked(ended, reason, now))
  return ended
}

/** The same by somebody else. Undefined if there is none that goes on. */
export const revokeSession = async (
  { stores, now, record }: Acting<Pick<Stores, 'sessions'>>,
  id: SessionId,
): Promise<SessionObject | undefined> => {
  const ended = await stores.sessions.end(id, now)
  // It had ended by itself, and waited to be swept.
  if (!ended || ended.expiresAt <= now) return undefined
  await record(sessionRevoked(ended, 'revoked', now))
  return revokedSessionObject(ended, now)
}

const about = (session: SessionRecord) => ({
  targetId: session.id,
  organizationId: session.organizationId,
  data: sessionObject(session),
})

export type SignOutReason = Extract<SessionEnd, 'signed_out' | 'signed_out_by_application'>

/** Signs out. */
export type EndSession = (
  session: Pick<SessionRecord, 'id'>,
  reason: SignOutReason,
  now: Date,
) => Promise<EndedSession | undefined>

export const createEndSession =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): EndSession =>
  ({ id }, reason, now) =>
    transaction((stores) => endSession({ stores, now, random }, id, reason))
