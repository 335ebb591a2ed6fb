import { camelize, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type EventRecord = Domain<'event'>

export const events = (db: Executor) => ({
  append: async (event: EventRecord): Promise<void> => {
    await db
      .insertInto('event')
      .values({
        ...snakeCase(event),
        actor: json(event.actor),
        data: json(event.data),
        before: event.before && json(event.before),
      })
      .execute()
  },

  /** The events of one name, the oldest first. */
  byName: async (name: string, limit: number): Promise<EventRecord[]> => {
    const rows = await db
      .selectFrom('event')
      .selectAll()
      .where('name', '=', name)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(camelize)
  },
})
