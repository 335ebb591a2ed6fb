import { type Kysely, sql } from 'kysely'

/*
 * RFC 7591 §2: logo_uri. What was found at the addresses that clients name for their logos, and when to look again. A table
 * that the version before does not know, and that refers to a small one alone. The version before sweeps pictures that no
 * application has: with a picture the row goes, so that somebody looks for it again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",
  `create table client_logo (
    uri_hash text collate "C" primary key,
    content_hash text collate "C" references logo on delete cascade,
    next_attempt_at timestamptz not null
  )`,
  'create index on client_logo (content_hash)',
  'create index on client_logo (next_attempt_at)',
]
