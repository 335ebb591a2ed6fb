import { sql } from 'kysely'
import type { ApplicationId } from '../../protocol/identifiers.ts'
import { camelize, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type RefusedRequestRecord = Domain<'refused_request'>

/** One that is noted before anybody has looked whether there is such a client. */
export type NotedRefusal = Omit<RefusedRequestRecord, 'applicationId'> & { readonly clientId: string }

export const refusedRequests = (db: Executor) => ({
  /**
   * Those of clients that are there, in one statement for many; what is there already of the same kind happened once
   * more. The rows are taken in the order of their keys, so that two nodes wait for each other, and neither for good. Of
   * each application the newest `kept` stay.
   */
  note: async (refusals: readonly NotedRefusal[], kept: number): Promise<void> => {
    if (refusals.length === 0) return
    const rows = JSON.stringify(refusals)
    const { rows: touched } = await sql<{ application_id: ApplicationId }>`
      with noted as (
        select application.id as application_id, refusal.* from jsonb_to_recordset(${rows}::jsonb) as refusal(
          "id" text, "clientId" text, "kindHash" text, "requestId" text, "endpoint" text, "status" integer, "error" text,
          "reason" text, "facts" jsonb, "times" integer, "firstRefusedAt" timestamptz, "lastRefusedAt" timestamptz)
          join application on application.client_id = refusal."clientId")
      insert into refused_request as known (id, application_id, kind_hash, request_id, endpoint, status, error, reason,
        facts, times, first_refused_at, last_refused_at)
      select "id", application_id, "kindHash", "requestId", "endpoint", "status", "error", "reason", "facts", "times",
             "firstRefusedAt", "lastRefusedAt"
        from noted order by application_id, "kindHash"
      on conflict (application_id, kind_hash) do update set
        id = greatest(known.id, excluded.id),
        request_id = case when excluded.id > known.id then excluded.request_id else known.request_id end,
        times = least(known.times::bigint + excluded.times, 2147483647)::integer,
        first_refused_at = least(known.first_refused_at, excluded.first_refused_at),
        last_refused_at = greatest(known.last_refused_at, excluded.last_refused_at)
      returning application_id`.execute(db)
    const ids = [...new Set(touched.map(({ application_id }) => application_id))]
    if (ids.length === 0) return
    await sql`
      delete from refused_request where id in (
        select id from refused_request
         where application_id = any(${ids}::text[]) and id in (
           select id from (
             select id, row_number() over (partition by application_id order by id desc) as place
               from refused_request where application_id = any(${ids}::text[])) as placed
            where place > ${kept})
         for update skip locked)`.execute(db)
  },

  /** The newest first, unless asked otherwise. */
  page: async (applicationId: ApplicationId, page: Page): Promise<PageOfRows<RefusedRequestRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('refused_request').selectAll().where('application_id', '=', applicationId),
        'id',
        ({ id }) => id,
        page,
      ),
      camelize,
    ),
})
