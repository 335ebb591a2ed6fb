import { type Kysely, sql } from 'kysely'

/*
 * What the management API keeps. Everything is added: the version before goes on working beside it. Conventions as in
 * 0001-foundation.ts.
 *
 * The version before also goes on working meanwhile: nothing here reads a table that may be big, as that would keep
 * everybody else from it. What does is in 0003-management-indexes.ts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Whoever asks for a table after us waits behind us: rather give up, to be repeated, than wait for a long transaction.
  "set local lock_timeout = '3s'",

  // What the operator set by API; absent members fall back to the configuration of the node.
  `alter table environment add column settings jsonb not null default '{}'`,

  `alter table organization
    add column allow_profiles_outside_organization boolean not null default false,
    add column stripe_customer_id text collate "C"`,

  // A domain says that its e-mail addresses belong to the organization, so it has one.
  `create table organization_domain (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organization on delete cascade,
    domain text collate "C" not null unique,
    state text not null check (state in ('pending', 'verified', 'failed')),
    verification_strategy text not null check (verification_strategy in ('dns', 'manual')),
    -- Published by the owner in the DNS: no secret.
    verification_token text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  'create index on organization_domain (organization_id)',

  // Organization: null for a role of the environment.
  `create table role (
    id text collate "C" primary key,
    slug text collate "C" not null check (length(slug) <= 48),
    name text not null,
    description text,
    organization_id text collate "C" references organization on delete cascade,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique nulls not distinct (organization_id, slug)
  )`,
  `create table role_permission (
    role_id text collate "C" not null references role on delete cascade,
    permission_id text collate "C" not null references permission on delete cascade,
    primary key (role_id, permission_id)
  )`,
  'create index on role_permission (permission_id)',

  // Keys that the operator's customers show to the operator's API: none of them opens the management API.
  `create table customer_api_key (
    id text collate "C" primary key,
    organization_id text collate "C" not null references organization on delete cascade,
    -- Null for a key of the organization itself.
    user_id text collate "C" references "user" on delete cascade,
    name text not null,
    value_hash text collate "C" not null unique,
    obfuscated_value text not null,
    permissions text[] not null,
    last_used_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- A key of a user acts for one organization, and ends with the membership. (Without a user this is not checked.)
    foreign key (user_id, organization_id) references organization_membership (user_id, organization_id)
      on delete cascade
  )`,
  'create index on customer_api_key (organization_id, id)',
  'create index on customer_api_key (user_id, id)',
  'create index on customer_api_key (user_id, organization_id)',
  // A permission that is deleted is taken out of all that names it; so in 0003-management-indexes.ts.
  'create index on customer_api_key using gin (permissions)',

  `alter table application
    add column was_dynamically_registered boolean not null default false,
    add column refresh_token_idle_seconds integer check (refresh_token_idle_seconds between 60 and 31536000),
    -- RFC 7591 §2: the keys of the application, or where they are published.
    add column jwks jsonb,
    add column jwks_uri text,
    add constraint application_keys check (jwks is null or jwks_uri is null) not valid`,

  // Served under the hash of its content, so an address never shows another picture.
  `create table logo (
    content_hash text collate "C" primary key,
    content_type text not null,
    content bytea not null,
    created_at timestamptz not null
  )`,
  'create index on logo (created_at)',

  `alter table client_credential
    add column name text,
    add column expires_at timestamptz`,
  `create trigger client_credential_expiry_changed after update of expires_at on client_credential
    for each row execute function notify_application_part_changed()`,

  `alter table session
    add column ip_address text,
    add column user_agent text,
    add column updated_at timestamptz`,

  `create table jwt_template (
    singleton boolean primary key default true check (singleton),
    content text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create table environment_redirect_uri (
    id text collate "C" primary key,
    uri text collate "C" not null unique,
    is_default boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  'create unique index on environment_redirect_uri (is_default) where is_default',
  `create table cors_origin (
    id text collate "C" primary key,
    origin text collate "C" not null unique,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  // RFC 8707: what access tokens may be for.
  `create table resource_indicator (
    id text collate "C" primary key,
    uri text collate "C" not null unique,
    is_default boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  'create unique index on resource_indicator (is_default) where is_default',

  `alter table event add column before jsonb`,

  `create table webhook_endpoint (
    id text collate "C" primary key,
    endpoint_url text collate "C" not null unique,
    -- Needed in clear to sign with, so encrypted and not hashed.
    secret_sealed text not null,
    status text not null check (status in ('enabled', 'disabled')),
    events text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  // The outbox: written in the transaction of the event, emptied by a job.
  `create table webhook_delivery (
    event_id text collate "C" not null references event on delete cascade,
    endpoint_id text collate "C" not null references webhook_endpoint on delete cascade,
    attempts integer not null default 0,
    -- Null once delivered or given up.
    next_attempt_at timestamptz,
    delivered_at timestamptz,
    last_status integer,
    last_error text,
    created_at timestamptz not null,
    primary key (event_id, endpoint_id)
  )`,
  // Of each endpoint those that are due, which are few, and all of them by event.
  'create index on webhook_delivery (endpoint_id, next_attempt_at) where next_attempt_at is not null',
  'create index on webhook_delivery (endpoint_id, event_id)',
  'create index on webhook_delivery (created_at)',

  // Answers to requests with an Idempotency-Key, sealed: one may hold a secret that is shown once.
  `create table idempotent_answer (
    -- Of the API key and what its holder sent.
    key_hash text collate "C" primary key,
    request_hash text collate "C" not null,
    answer_sealed text,
    expires_at timestamptz not null
  )`,
  'create index on idempotent_answer (expires_at)',

  // Every node keeps the settings in memory; see 0001-foundation.ts.
  `create function notify_environment_changed() returns trigger language plpgsql as $$
  begin
    perform pg_notify('latchkey_environment', '');
    return null;
  end $$`,
  ...['environment', 'environment_redirect_uri', 'cors_origin'].map(
    (table) => `create trigger ${table}_changed after insert or update or delete on ${table}
      for each statement execute function notify_environment_changed()`,
  ),
]
