import { type Kysely, sql } from 'kysely'

/*
 * What people prove who they are with besides a password: an authenticator app, recovery codes, passkeys. Tables that the
 * version before does not know; of the tables of before they refer to one alone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",
  // The secret computes codes, so it has to be read again: it is sealed. RFC 6238 §5.2: a step counts once.
  `create table totp_factor (
    id text collate "C" primary key,
    user_id text collate "C" not null unique references "user" on delete cascade,
    secret_sealed text not null,
    issuer text not null,
    label text not null,
    last_step bigint not null,
    last_used_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  // Used once, and then gone.
  `create table recovery_code (
    user_id text collate "C" not null references "user" on delete cascade,
    code_hash text collate "C" not null,
    created_at timestamptz not null,
    primary key (user_id, code_hash)
  )`,
  `create table passkey (
    id text collate "C" primary key,
    user_id text collate "C" not null references "user" on delete cascade,
    credential_id text collate "C" not null unique,
    public_key bytea not null,
    sign_count bigint not null,
    transports text[] not null,
    is_synced boolean not null,
    is_backed_up boolean not null,
    name text not null,
    last_used_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  'create index on passkey (user_id)',
]
