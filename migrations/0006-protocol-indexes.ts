import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * What the two before need of tables that may be big: each statement reads one of them whole, so it is run by itself
 * (0003-management-indexes.ts says why). What was cut short is repeated from the beginning: every statement may be.
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  // A session that ends takes along what it signed in to (its table was made a moment ago, and is empty).
  'alter table session_application drop constraint if exists session_application_session_id_fkey',
  `alter table session_application add constraint session_application_session_id_fkey
    foreign key (session_id) references session on delete cascade`,
  'alter table application validate constraint application_owner',
  // RFC 7591: software that registers the same again gets the same application.
  'create unique index if not exists application_metadata_hash_key on application (metadata_hash)',
  // Those that registered themselves and are used no more are looked for by a job.
  `create index if not exists application_reaping_idx on application (coalesce(last_used_at, created_at))
    where was_dynamically_registered`,
]
