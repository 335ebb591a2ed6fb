import { type Kysely, sql } from 'kysely'

/*
 * The tables of what 0004-protocol-columns.ts begins: pushed requests, devices, what may be shown once, and who has to be
 * told that a session ended. They refer to applications alone, so that no two tables of before are held at once: what
 * they refer to besides is in 0006-protocol-indexes.ts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",

  // RFC 9126. The URI is a handle: only its hash is kept. Used: an authorization was completed with it.
  `create table pushed_request (
    request_uri_hash text collate "C" primary key,
    application_id text collate "C" not null references application on delete cascade,
    parameters jsonb not null,
    is_signed boolean not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  'create index on pushed_request (application_id)',
  'create index on pushed_request (expires_at)',

  // RFC 8628. Whoever approves it fills in consent, session and how they proved who they are, as a code has them. The
  // address is the device's: whoever is asked to approve is told where from (§5.4).
  `create table device_authorization (
    device_code_hash text collate "C" primary key,
    user_code_hash text collate "C" not null unique,
    application_id text collate "C" not null references application on delete cascade,
    scopes text[] not null,
    terms jsonb,
    status text not null check (status in ('pending', 'approved', 'denied', 'redeemed')),
    grant_id text collate "C" not null,
    consent_id text collate "C",
    session_id text collate "C",
    authenticated_at timestamptz,
    amr text[],
    interval_seconds integer not null,
    last_polled_at timestamptz,
    ip_address text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    check (status in ('pending', 'denied')
      or (consent_id is not null and session_id is not null and authenticated_at is not null and amr is not null))
  )`,
  'create index on device_authorization (application_id)',
  'create index on device_authorization (expires_at)',

  // First sight of what may be shown once (RFC 7523 §3: jti of an assertion; RFC 9449 §11.1: of a DPoP proof).
  `create table seen_once (
    key_hash text collate "C" primary key,
    expires_at timestamptz not null
  )`,
  'create index on seen_once (expires_at)',

  // Which applications a session has signed in to that want to hear of its end (OIDC Back-Channel Logout §2).
  `create table session_application (
    session_id text collate "C" not null,
    application_id text collate "C" not null references application on delete cascade,
    primary key (session_id, application_id)
  )`,
  'create index on session_application (application_id)',
  // The outbox: written in the statement that ends the session, which happens once; emptied by a job.
  `create table logout_delivery (
    session_id text collate "C" not null,
    application_id text collate "C" not null references application on delete cascade,
    user_id text collate "C" not null,
    attempts integer not null default 0,
    -- Null once delivered or given up.
    next_attempt_at timestamptz,
    delivered_at timestamptz,
    last_error text,
    created_at timestamptz not null,
    primary key (session_id, application_id)
  )`,
  'create index on logout_delivery (application_id, next_attempt_at)',
  'create index on logout_delivery (next_attempt_at) where next_attempt_at is not null',
  'create index on logout_delivery (created_at)',

  // Whoever sends is told at once. For each row: a statement that queues none announces nothing.
  `create function notify_logout_queued() returns trigger language plpgsql as $$
  begin
    perform pg_notify('latchkey_logout', '');
    return null;
  end $$`,
  `create trigger logout_delivery_queued after insert on logout_delivery
    for each row execute function notify_logout_queued()`,

  // The template is a part of every access token and the resources are asked for at every request: both are in memory.
  ...['jwt_template', 'resource_indicator'].map(
    (table) => `create trigger ${table}_changed after insert or update or delete on ${table}
      for each statement execute function notify_environment_changed()`,
  ),
]
