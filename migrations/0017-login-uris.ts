import { type Kysely, sql } from 'kysely'

/*
 * Standalone: login pages of single applications and organizations. A table that the version before does not know; and what
 * a completion may be held to, and say, of when and how somebody signed in: columns that it does not read.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",
  `create table login_uri (
    id text collate "C" primary key,
    name text not null,
    -- Null: people sign in here.
    uri text,
    application_id text collate "C" unique references application on delete cascade,
    organization_id text collate "C" unique references organization on delete cascade,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (num_nonnulls(application_id, organization_id) = 1),
    -- Requests choose the organization: none of them may choose to be let in by another door.
    check (uri is not null or application_id is not null)
  )`,

  // Every node knows which there are (0002-management.ts).
  `create trigger environment_changed after insert or update or delete on login_uri
     for each statement execute function notify_environment_changed()`,

  // The user must have signed in since then; null: at any time.
  'alter table external_authentication add column authenticated_since timestamptz',
  // As the operator's page says; null: when it was completed, and in a way that it does not say.
  'alter table external_authentication add column authenticated_at timestamptz',
  'alter table external_authentication add column amr text[]',
]
