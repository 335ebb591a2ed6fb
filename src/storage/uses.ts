import { sql } from 'kysely'
import type { Executor } from './executor.ts'

/** Notes when things were last used, in one statement for many; an older use never hides a later one. */
export const noteUses = async (
  db: Executor,
  table: 'client_credential' | 'customer_api_key' | 'api_key',
  uses: ReadonlyMap<string, Date>,
): Promise<void> => {
  if (uses.size === 0) return
  const ids = [...uses.keys()]
  const instants = [...uses.values()].map((instant) => instant.toISOString())
  await sql`
    update ${sql.table(table)} as thing set last_used_at = used.at
      from unnest(${ids}::text[], ${instants}::timestamptz[]) as used(id, at)
     where thing.id = used.id
       and (thing.last_used_at is null or thing.last_used_at < used.at)`.execute(db)
}
