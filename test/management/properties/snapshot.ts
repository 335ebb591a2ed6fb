import { sql } from 'kysely'
import type { Database } from '../../../src/storage/database.ts'

/** What a refused request may write: how often somebody asked, and, by a job, what happened how often. */
const BESIDE = ['rate_limit', 'refused_request', 'statistic']

/** And that it was refused, for whoever wants to hear of it; how often that was tried is a job's business. */
const WITHOUT_REFUSALS: Readonly<Record<string, string>> = {
  event: `(select * from event where name <> 'change.refused')`,
  webhook_delivery: `(select event_id, endpoint_id from webhook_delivery
                       where event_id not in (select id from event where name = 'change.refused'))`,
}

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
        from (select (to_jsonb(t) - ${NOTED_LATER}::text)::text as content from ${sql.raw(WITHOUT_REFUSALS[name] ?? name)} t) as r`,
  )
  const query = sql<{ table: string; content: string }>`${sql.join(parts, sql` union all `)}`.compile(kysely)
  return async () => {
    const { rows } = await kysely.executeQuery(query)
    return Object.fromEntries(rows.map(({ table, content }) => [table, content]))
  }
}
