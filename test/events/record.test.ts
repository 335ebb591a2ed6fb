import { afterAll, describe, expect, test } from 'vitest'
import type { NewEvent } from '../../src/events/catalogue.ts'
import { actingAs, recordEvent } from '../../src/events/record.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom, start } from './test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const failure = {
  type: 'password',
  status: 'failed',
  ip_address: '192.0.2.1',
  user_agent: null,
  user_id: null,
  email: null,
  error: { code: 'wrong_password', message: 'The password is wrong.' },
  consecutive_failures: 1,
} as const

const id = () => newIdentifier('user', start, systemRandom)

describe('events', () => {
  test('an event keeps who did what to what, and when', async () => {
    const userId = id()
    const organizationId = newIdentifier('organization', start, systemRandom)
    await recordEvent(
      room.stores,
      {
        name: 'authentication.password_failed',
        actor: { type: 'user', id: userId },
        targetId: userId,
        organizationId,
        data: failure,
      },
      start,
      systemRandom,
    )
    const [event] = await room.stores.events.byName('authentication.password_failed', 10)
    expect(event).toMatchObject({
      id: expect.stringMatching(/^event_/),
      occurredAt: start,
      actor: { type: 'user', id: userId },
      organizationId,
      data: failure,
    })
  })

  test('an event and the change it tells of are written both or neither', async () => {
    const userId = id()
    const failed = room.act(async ({ record }) => {
      await record({ name: 'authentication.password_failed', targetId: userId, data: failure })
      throw new RangeError('the change failed')
    })
    await expect(failed).rejects.toThrow(RangeError)
    expect(await room.eventsOf('authentication.password_failed', userId)).toEqual([])
  })

  test('a change is recorded with the stores, the actor and the instant it was bound to', async () => {
    const userId = id()
    const acting = actingAs({ type: 'operator' }, { stores: room.stores, now: start, random: systemRandom })
    expect(acting.stores).toBe(room.stores)
    await acting.record({ name: 'authentication.password_failed', targetId: userId, data: failure })
    expect(await room.eventsOf('authentication.password_failed', userId)).toEqual([
      { actor: { type: 'operator' }, organizationId: null, data: failure },
    ])
  })

  test('data outside of the catalogue do not compile', () => {
    const events: NewEvent[] = [
      // @ts-expect-error: no event has a field for a password
      { name: 'user.created', targetId: id(), data: { password: 'hunter2' } },
      // @ts-expect-error: a target of another kind
      { name: 'organization.deleted', targetId: id(), data: {} },
      // @ts-expect-error: a reason in free words
      { name: 'sign_in.throttled', targetId: null, data: { ip_address: '::1', by: 'typed hunter2' } },
      // @ts-expect-error: an unknown name
      { name: 'user.painted', targetId: id(), data: {} },
    ]
    expect(events).toHaveLength(4)
  })
})
