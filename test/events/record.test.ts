import { afterAll, describe, expect, test } from 'vitest'
import type { NewEvent } from '../../src/events/catalogue.ts'
import { actingAs, recordEvent } from '../../src/events/record.ts'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestRoom, start } from './test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const id = () => newIdentifier('user', start, systemRandom)

describe('events', () => {
  test('an event keeps who did what to what, and when', async () => {
    const userId = id()
    const organizationId = newIdentifier('organization', start, systemRandom)
    await recordEvent(
      room.stores,
      {
        name: 'session.created',
        actor: { type: 'user', id: userId },
        targetId: newIdentifier('session', start, systemRandom),
        organizationId,
        data: { user_id: userId, ip_address: '192.0.2.1' },
      },
      start,
      systemRandom,
    )
    const [event] = await room.stores.events.byName('session.created', 10)
    expect(event).toMatchObject({
      id: expect.stringMatching(/^event_/),
      occurredAt: start,
      actor: { type: 'user', id: userId },
      organizationId,
      data: { user_id: userId, ip_address: '192.0.2.1' },
    })
  })

  test('an event and the change it tells of are written both or neither', async () => {
    const userId = id()
    const failed = room.act(async ({ record }) => {
      await record({ name: 'user.created', targetId: userId, data: {} })
      throw new RangeError('the change failed')
    })
    await expect(failed).rejects.toThrow(RangeError)
    expect(await room.eventsOf('user.created', userId)).toEqual([])
  })

  test('a change is recorded with the stores, the actor and the instant it was bound to', async () => {
    const userId = id()
    const acting = actingAs({ type: 'operator' }, { stores: room.stores, now: start, random: systemRandom })
    expect(acting.stores).toBe(room.stores)
    await acting.record({ name: 'user.deleted', targetId: userId, data: {} })
    expect(await room.eventsOf('user.deleted', userId)).toEqual([
      { actor: { type: 'operator' }, organizationId: null, data: {} },
    ])
  })

  test('data outside of the catalogue do not compile', () => {
    const events: NewEvent[] = [
      // @ts-expect-error: no event has a field for a password
      { name: 'user.created', targetId: id(), data: { password: 'hunter2' } },
      // @ts-expect-error: a target of another kind
      { name: 'organization.deleted', targetId: id(), data: {} },
      // @ts-expect-error: a reason in free words
      { name: 'sign_in.failed', targetId: null, data: { ip_address: '::1', reason: 'typed hunter2' } },
      // @ts-expect-error: an unknown name
      { name: 'user.painted', targetId: id(), data: {} },
    ]
    expect(events).toHaveLength(4)
  })
})
