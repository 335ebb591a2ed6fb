import type { EventName } from '../../src/protocol/event-name.ts'
import type { EventRecord } from '../../src/storage/stores/events.ts'
import type { TestApp } from './app.ts'

/** What happened to a thing, of the events of these names; the oldest first. */
export const eventsOf = async (
  app: Pick<TestApp, 'stores'>,
  targetId: string,
  names: readonly EventName[],
): Promise<EventRecord[]> => {
  const events = await Promise.all(names.map((name) => app.stores.events.byName(name, 1000)))
  return events
    .flat()
    .filter((event) => event.targetId === targetId)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
