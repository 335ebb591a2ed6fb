import { sql } from 'kysely'
import type { ApplicationId, CredentialId } from '../../protocol/identifiers.ts'
import type { StatisticKind, StatisticResolution } from '../../protocol/statistic.ts'
import type { Executor } from '../executor.ts'

/** How often something happened in a stretch of time. */
export interface StatisticCount {
  readonly resolution: StatisticResolution
  /** Where the stretch begins. */
  readonly bucketAt: Date
  readonly kind: StatisticKind
  readonly name: string
  readonly count: number
}

/** A secret, and whose it is. */
export interface IdleCredential {
  readonly id: CredentialId
  readonly hint: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly applicationId: ApplicationId
  readonly applicationName: string
}

export interface FailingApplication {
  readonly applicationId: ApplicationId
  readonly applicationName: string
  readonly times: number
  readonly lastRefusedAt: Date
}

export interface Active {
  readonly users: number
  readonly applications: number
  /** Not everything was counted: they are as many at least. */
  readonly isMore: boolean
}

/** What is looked at of what was used or refused, the latest first: a page must not cost more where there is more. */
const MOST = 10_000

export const statistics = (db: Executor) => ({
  /**
   * Adds to what is counted already, of this node and of others. The rows are taken in the order of their keys, so that
   * two nodes wait for each other, and neither for good.
   */
  add: async (counts: readonly (StatisticCount & { readonly expiresAt: Date })[]): Promise<void> => {
    if (counts.length === 0) return
    const rows = JSON.stringify(
      counts.map((one) => ({
        ...one,
        id: [one.resolution, one.bucketAt.getTime(), one.kind, one.name].join(':'),
      })),
    )
    await sql`
      insert into statistic as known (id, resolution, bucket_at, kind, name, count, expires_at)
      select "id", "resolution", "bucketAt", "kind", "name", "count", "expiresAt"
        from jsonb_to_recordset(${rows}::jsonb) as noted(
          "id" text, "resolution" text, "bucketAt" timestamptz, "kind" text, "name" text, "count" bigint,
          "expiresAt" timestamptz)
       order by "id"
      on conflict (id) do update set count = known.count + excluded.count`.execute(db)
  },

  since: async (resolution: StatisticResolution, from: Date): Promise<StatisticCount[]> => {
    const rows = await db
      .selectFrom('statistic')
      .select(['resolution', 'bucket_at', 'kind', 'name', sql<number>`count::float8`.as('count')])
      .where('resolution', '=', resolution)
      .where('bucket_at', '>=', from)
      .orderBy('bucket_at')
      .execute()
    return rows.map(({ bucket_at, kind, ...row }) => ({
      ...row,
      bucketAt: bucket_at,
      kind: kind as StatisticKind,
    }))
  },

  /** Whose grants were used since: for themselves or in whosever name, by an application or by a person at it. */
  active: async (from: Date, most = MOST): Promise<Active> => {
    const { rows } = await sql<Active>`
      with used as materialized (
             select user_id, application_id from consent
              where last_used_at >= ${from} order by last_used_at desc limit ${most}),
           shown as materialized (
             select application_id from client_credential
              where last_used_at >= ${from} order by last_used_at desc limit ${most})
      select (select count(distinct user_id) from used)::float8 as users,
             (select count(*) from (
                select application_id from used
                 union
                select application_id from shown) as either)::float8 as applications,
             greatest((select count(*) from used), (select count(*) from shown)) = ${most} as "isMore"`.execute(
      db,
    )
    return rows[0] ?? { users: 0, applications: 0, isMore: false }
  },

  /** Secrets that were made before, and that nobody has ever used; the oldest first. */
  neverUsed: (before: Date, limit: number): Promise<IdleCredential[]> =>
    idle(db, sql`credential.last_used_at is null and credential.created_at < ${before}`, limit),

  /** Secrets that were made before, used or not; the oldest first. */
  madeBefore: (before: Date, limit: number): Promise<IdleCredential[]> =>
    idle(db, sql`credential.created_at < ${before}`, limit),

  /** Those that were refused again and again since, the most often first. */
  failing: async (from: Date, times: number, limit: number, most = MOST): Promise<FailingApplication[]> => {
    const { rows } = await sql<FailingApplication>`
      select refused.application_id as "applicationId", application.name as "applicationName",
             sum(refused.times)::float8 as times, max(refused.last_refused_at) as "lastRefusedAt"
        from (select application_id, times, last_refused_at from refused_request
               where last_refused_at >= ${from} order by last_refused_at desc limit ${most}) as refused
        join application on application.id = refused.application_id
       group by refused.application_id, application.name
      having sum(refused.times) >= ${times}
       order by sum(refused.times) desc, refused.application_id
       limit ${limit}`.execute(db)
    return rows
  },
})

const idle = async (
  db: Executor,
  which: ReturnType<typeof sql>,
  limit: number,
): Promise<IdleCredential[]> => {
  const { rows } = await sql<IdleCredential>`
    select credential.id, credential.hint, credential.created_at as "createdAt",
           credential.last_used_at as "lastUsedAt", application.id as "applicationId",
           application.name as "applicationName"
      from client_credential credential join application on application.id = credential.application_id
     where ${which}
     order by credential.created_at limit ${limit}`.execute(db)
  return rows
}
