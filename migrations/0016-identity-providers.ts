import { type Kysely, sql } from 'kysely'

/*
 * Sign-in at other providers of identities. Tables that the version before does not know; of the tables of before they refer
 * to users and organizations.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",
  `create table identity_provider (
    id text collate "C" primary key,
    organization_id text collate "C" references organization on delete cascade,
    name text not null,
    issuer text not null,
    client_id text collate "C" not null,
    client_secret_sealed text not null,
    scopes text[] not null,
    is_enabled boolean not null,
    creates_users boolean not null,
    is_required boolean not null,
    trusts_email text not null,
    trusts_amr boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Only an organization has domains that it can be required for.
    check (not is_required or organization_id is not null)
  )`,
  'create index on identity_provider (organization_id)',

  `create table identity (
    provider_id text collate "C" not null references identity_provider on delete cascade,
    subject text collate "C" not null,
    user_id text collate "C" not null references "user" on delete cascade,
    -- As the provider said last; for its user to recognise it by.
    email text,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    primary key (provider_id, subject)
  )`,
  'create index on identity (user_id)',

  // The state is a handle: only its hash is kept. What goes with it is sealed for the browser that began.
  `create table upstream_sign_in (
    state_hash text collate "C" primary key,
    browser_hash text collate "C" not null,
    provider_id text collate "C" not null references identity_provider on delete cascade,
    content_sealed text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  'create index on upstream_sign_in (provider_id)',
  'create index on upstream_sign_in (expires_at)',

  // Every node knows which there are (0002-management.ts).
  `create trigger environment_changed after insert or update or delete on identity_provider
     for each statement execute function notify_environment_changed()`,
]
