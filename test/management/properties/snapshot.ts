import { sql } from 'kysely'
import type { Database } from '../../../src/storage/database.ts'

/** What a refused request may write: that it was refused, and how often somebody asked. */
const BESIDE = ['event', 'idempotent_answer', 'rate_limit', 'webhook_delivery']

/** When a key or a secret was used is written down by a job, whenever that comes round. */
const NOTED_LATER = 'last_used_at'

/** A reader of everything that is kept: for each table how many rows it has, and their digest. */
export const snapshotsOf = async ({ kysely }: Database): Promise<() => Promise<Record<string, string>>> => {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(relname) as name from pg_catalog.pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname`.execute(kysely)
  const kept = tables.filter(({ name }) => !BESIDE.includes(name) && !name.startsWith('kysely'))
  const parts = kept.map(
    ({ name }) => sql`
      select ${name}::text as "table",
             count(*) || ' ' || coalesce(md5(string_agg(r.content, '\n' order by r.content)), '') as content
        from (select (to_jsonb(t) - ${NOTED_LATER}::text)::text as content from ${sql.raw(name)} t) as r`,
  )
  const query = sql<{ table: string; content: string }>`${sql.join(parts, sql` union all `)}`.compile(kysely)
  return async () => {
    const { rows } = await kysely.executeQuery(query)
    return Object.fromEntries(rows.map(({ table, content }) => [table, content]))
  }
}
