import { type Kysely, sql } from 'kysely'

/*
 * Standalone: sign-ins that are handed to the operator's own login page. A table that the version before does not know; of
 * the tables of before it refers to one alone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",
  // The ID and the continuation are handles: only their hashes are kept. The request is sealed for the browser that began.
  `create table external_authentication (
    id_hash text collate "C" primary key,
    browser_hash text collate "C" not null,
    request text,
    takes_consent_options boolean not null,
    created_at timestamptz not null,
    -- For whoever is to complete it; then for the browser, to come back.
    expires_at timestamptz not null,
    completed_at timestamptz,
    user_id text collate "C" references "user" on delete cascade,
    consent_options jsonb,
    continuation_hash text collate "C" unique,
    used_at timestamptz,
    check ((completed_at is null) = (user_id is null) and (completed_at is null) = (continuation_hash is null)),
    check (used_at is null or completed_at is not null)
  )`,
  'create index on external_authentication (user_id)',
  'create index on external_authentication (expires_at)',
]
