import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * How often what happened, by minutes, hours and days: few rows, whatever the load. And what the dashboard looks for: who
 * was active lately, credentials that nobody uses, what somebody did, and names by how they begin. Building an index keeps
 * writers, and nobody else, from a table that may be big (0015-failed-sign-ins.ts).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create table if not exists statistic (
    id text collate "C" primary key,
    resolution text not null,
    bucket_at timestamptz not null,
    kind text not null,
    name text not null,
    count bigint not null,
    expires_at timestamptz not null
  )`,
  'create index if not exists statistic_bucket_idx on statistic (resolution, bucket_at)',
  'create index if not exists statistic_expires_idx on statistic (expires_at)',
  `create index if not exists consent_last_used_idx on consent (last_used_at) include (user_id, application_id)
    where last_used_at is not null`,
  `create index if not exists client_credential_unused_idx on client_credential (created_at) where last_used_at is null`,
  `create index if not exists client_credential_last_used_idx on client_credential (last_used_at) include (application_id)
    where last_used_at is not null`,
  'create index if not exists client_credential_created_idx on client_credential (created_at)',
  `create index if not exists event_actor_idx on event ((actor ->> 'id'), id)`,
  'create index if not exists event_target_id_id_idx on event (target_id, id)',
  // What that one begins with needs no other (0003-management-indexes.ts).
  'drop index if exists event_target_id_idx',
  `create index if not exists user_name_search_idx on "user" (
    lower(coalesce(name, coalesce(first_name || ' ', '') || coalesce(last_name, ''))) collate "C", id)`,
  `create index if not exists user_last_name_search_idx on "user" (lower(last_name) collate "C", id)`,
  'create index if not exists organization_name_search_idx on organization (lower(name) collate "C", id)',
  'create index if not exists application_name_search_idx on application (lower(name) collate "C", id)',
]
