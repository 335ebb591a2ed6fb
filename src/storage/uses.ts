import { sql } from 'kysely'
import type { Executor } from './executor.ts'

/**
 * Notes when things were last used, in one statement for many; an older use never hides a later one. The rows are locked
 * in the order of their IDs: two nodes that note uses of the same things at once wait for each other, and neither for
 * good.
 */
export const noteUses = async (
  db: Executor,
  table: 'client_credential' | 'customer_api_key' | 'api_key' | 'application' | 'consent' | 'session',
  uses: ReadonlyMap<string, Date>,
): Promise<void> => {
  if (uses.size === 0) return
  const ids = [...uses.keys()]
  const instants = [...uses.values()].map((instant) => instant.toISOString())
  await sql`
    with used as (select * from unnest(${ids}::text[], ${instants}::timestamptz[]) as used(id, at)),
    locked as (
      select id, used.at from ${sql.table(table)} as thing join used using (id)
       where thing.last_used_at is null or thing.last_used_at < used.at
       order by id for no key update of thing)
    update ${sql.table(table)} as thing set last_used_at = locked.at
      from locked
     where thing.id = locked.id
       and (thing.last_used_at is null or thing.last_used_at < locked.at)`.execute(db)
}
