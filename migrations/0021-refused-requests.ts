import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * What applications were refused lately, and why. What is refused in the same way is one row, of the last time. A table
 * that the version before does not know; of the tables of before it refers to one (0016-identity-providers.ts).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create table if not exists refused_request (
    id text collate "C" primary key,
    application_id text collate "C" not null references application on delete cascade,
    kind_hash text collate "C" not null,
    request_id text collate "C" not null,
    endpoint text not null,
    status integer not null,
    error text not null,
    reason text,
    facts jsonb not null,
    times integer not null,
    first_refused_at timestamptz not null,
    last_refused_at timestamptz not null,
    unique (application_id, kind_hash)
  )`,
  'create index if not exists refused_request_application_idx on refused_request (application_id, id)',
  'create index if not exists refused_request_last_idx on refused_request (last_refused_at)',
]
