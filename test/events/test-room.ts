import type { Actor } from '../../src/events/catalogue.ts'
import { type Acting, actingAs } from '../../src/events/record.ts'
import type { EventName } from '../../src/protocol/event-name.ts'
import { type Stores, storesOn } from '../../src/storage/index.ts'
import { type Transaction, transactionOn } from '../../src/storage/transaction.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestDatabase } from '../support/database-server.ts'
import { type Fixtures, fixturesOn } from '../support/fixtures.ts'

export const start = new Date('2026-01-01T00:00:00Z')

/** A clock that stands where it is put. */
export const standingClock = () => {
  let now = start
  return {
    now: () => now,
    forward: (seconds: number) => {
      now = addSeconds(now, seconds)
    },
  }
}

/** A database of the caller's own, and what rooms below the endpoints are called with. */
export interface TestRoom extends AsyncDisposable {
  readonly stores: Stores
  readonly transaction: Transaction
  readonly clock: ReturnType<typeof standingClock>
  readonly fixtures: Fixtures
  /** A change in a transaction of its own, by the operator unless told otherwise. */
  act<T>(change: (acting: Acting<Stores>) => Promise<T>, actor?: Actor): Promise<T>
  /** Of the events of that name those of one target, without what every event has. */
  eventsOf(name: EventName, targetId: string | null): Promise<object[]>
}

export const openTestRoom = async (): Promise<TestRoom> => {
  const testDatabase = await openTestDatabase()
  const stores = storesOn(testDatabase.database.kysely)
  const transaction = transactionOn(testDatabase.database.kysely)
  const clock = standingClock()
  return {
    stores,
    transaction,
    clock,
    fixtures: fixturesOn({ transaction, clock, random: systemRandom }),
    act: (change, actor = { type: 'operator' }) =>
      transaction((inside) =>
        change(actingAs(actor, { stores: inside, now: clock.now(), random: systemRandom })),
      ),
    eventsOf: async (name, targetId) =>
      (await stores.events.byName(name, 1000))
        .filter((event) => event.targetId === targetId)
        .map(({ actor, organizationId, data }) => ({ actor, organizationId, data })),
    [Symbol.asyncDispose]: () => testDatabase[Symbol.asyncDispose](),
  }
}

/** As many at once, and what became of each. */
export const atOnce = <T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)))
