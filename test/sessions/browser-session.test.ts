import { afterAll, describe, expect, test } from 'vitest'
import { sessionObject } from '../../src/objects/session.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { createEndSession, endSession, startSession } from '../../src/sessions/browser-session.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { sha256 } from '../../src/system/hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const user = await room.fixtures.user()

const startOne = (seconds = 3600) =>
  room.act((acting) =>
    startSession(acting, {
      userId: user.id,
      amr: ['pwd'],
      seconds,
      address: '192.0.2.1',
      userAgent: 'Browser/1',
      former: undefined,
    }),
  )

const live = (token: string) => room.stores.sessions.liveByToken(sha256(token), room.clock.now())

describe('browser sessions', () => {
  test('OWASP ASVS 5 §7.2.3: are known by 256 random bits, kept as SHA-256', async () => {
    const { session, token } = await startOne()
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(session.tokenHash).toBe(sha256(token))
    expect(await live(token)).toMatchObject({
      id: session.id,
      userId: user.id,
      authenticatedAt: room.clock.now(),
      amr: ['pwd'],
    })
    expect(await live(session.tokenHash)).toBeUndefined()
  })

  test('end by themselves when their time is over', async () => {
    const { session, token } = await startOne(100)
    expect(session.expiresAt).toEqual(addSeconds(session.createdAt, 100))
    room.clock.forward(99)
    expect(await live(token)).toBeDefined()
    room.clock.forward(1)
    expect(await live(token)).toBeUndefined()
  })

  test('end by signing out, once', async () => {
    const { session, token } = await startOne()
    const signOut = createEndSession({ transaction: room.transaction, random: systemRandom })
    expect(await signOut(session, 'signed_out', room.clock.now())).toMatchObject({ id: session.id })
    expect(await live(token)).toBeUndefined()
    expect(await signOut(session, 'signed_out', room.clock.now())).toBeUndefined()
  })

  test('are told of by events without the token, once for each end', async () => {
    const { session, token } = await startOne()
    await room.act((acting) => endSession(acting, session.id, 'signed_in_again'))
    await room.act((acting) => endSession(acting, session.id, 'signed_out'))
    const actor = { type: 'user', id: user.id }
    const events = [
      ...(await room.eventsOf('session.created', session.id)),
      ...(await room.eventsOf('session.revoked', session.id)),
    ]
    const object = sessionObject(session)
    const ended_at = room.clock.now().toISOString()
    const reason = 'signed_in_again'
    expect(events).toEqual([
      { actor, organizationId: null, data: object },
      { actor, organizationId: null, data: { ...object, status: 'revoked', ended_at, reason } },
    ])
    expect(object).toMatchObject({ user_id: user.id, ip_address: '192.0.2.1', user_agent: 'Browser/1' })
    expect(JSON.stringify(events)).not.toContain(token)
    expect(JSON.stringify(events)).not.toContain(session.tokenHash)
  })

  test('of nobody cannot be ended', async () => {
    const id = newIdentifier('session', room.clock.now(), systemRandom)
    expect(await room.act((acting) => endSession(acting, id, 'signed_out'))).toBeUndefined()
  })
})
