import { type Kysely, sql } from 'kysely'

/*
 * Mail that waits to be sent, and the codes that are in it. Tables that the version before does not know; they refer to none.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",

  // The handle is kept as its hash, the code as a keyed one: there are but a million codes.
  `create table email_code (
    id text collate "C" primary key,
    handle_hash text collate "C" not null unique,
    browser_hash text collate "C" not null,
    purpose text not null,
    normalized_email text not null,
    code_hash text collate "C" not null,
    attempts integer not null default 0,
    created_at timestamptz not null,
    -- For the code to be entered; then for what it proves to be used.
    expires_at timestamptz not null,
    proved_at timestamptz,
    used_at timestamptz,
    check (used_at is null or proved_at is not null)
  )`,
  'create index on email_code (browser_hash, purpose)',
  'create index on email_code (expires_at)',

  `create table mail (
    id text collate "C" primary key,
    recipient text not null,
    -- Gone once it has been sent, or given up.
    content_sealed text,
    attempts integer not null default 0,
    next_attempt_at timestamptz,
    sent_at timestamptz,
    last_error text,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  'create index on mail (next_attempt_at) where next_attempt_at is not null',
  'create index on mail (created_at)',

  // Whoever sends is told at once, as of logouts (0005-protocol-tables.ts).
  `create function notify_mail_queued() returns trigger language plpgsql as $$
  begin
    perform pg_notify('latchkey_mail', '');
    return null;
  end $$`,
  `create trigger mail_queued after insert on mail for each row execute function notify_mail_queued()`,
]
