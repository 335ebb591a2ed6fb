import { type Kysely, sql } from 'kysely'

/*
 * Frozen in time: a later change is a later migration. Every foreign key and every lookup has an index; IDs, hashes
 * and slugs compare byte by byte ("C"), so that order and equality do not depend on the locale of the database.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table environment (
    singleton boolean primary key default true check (singleton),
    client_id text collate "C" not null,
    created_at timestamptz not null
  )`,

  `create table organization (
    id text collate "C" primary key,
    name text not null,
    external_id text collate "C" unique,
    metadata jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  `create table "user" (
    id text collate "C" primary key,
    email text not null,
    -- Lower case, Unicode NFC: what makes an address unique without regard to case.
    normalized_email text collate "C" not null unique,
    email_verified boolean not null,
    first_name text,
    last_name text,
    name text,
    locale text,
    picture_url text,
    external_id text collate "C" unique,
    metadata jsonb not null default '{}',
    password_hash text,
    last_sign_in_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  `create table organization_membership (
    id text collate "C" primary key,
    user_id text collate "C" not null references "user" on delete cascade,
    organization_id text collate "C" not null references organization on delete cascade,
    role_slug text collate "C" not null,
    status text not null check (status in ('active', 'inactive', 'pending')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (user_id, organization_id)
  )`,
  'create index on organization_membership (organization_id)',

  `create table permission (
    id text collate "C" primary key,
    slug text collate "C" not null unique check (length(slug) <= 48),
    name text not null,
    description text,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  `create table application (
    id text collate "C" primary key,
    client_id text collate "C" not null unique,
    type text not null check (type in ('oauth', 'm2m')),
    is_first_party boolean not null,
    is_public boolean not null,
    require_pkce boolean not null,
    organization_id text collate "C" references organization on delete cascade,
    name text not null,
    description text,
    scopes text[] not null,
    logo_url text,
    logo_dark_url text,
    access_token_seconds integer check (access_token_seconds between 1 and 86400),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (is_first_party = (organization_id is null)),
    check (type = 'oauth' or (not is_first_party and not is_public)),
    check (not is_public or require_pkce)
  )`,
  'create index on application (organization_id)',

  `create table redirect_uri (
    application_id text collate "C" not null references application on delete cascade,
    uri text collate "C" not null,
    is_default boolean not null,
    position integer not null,
    primary key (application_id, uri)
  )`,
  'create unique index on redirect_uri (application_id) where is_default',

  // Five slots an application, one row a slot: the limit holds however many create at once.
  `create table client_credential (
    id text collate "C" primary key,
    application_id text collate "C" not null references application on delete cascade,
    slot smallint not null check (slot between 1 and 5),
    secret_hash text collate "C" not null unique,
    hint text not null,
    last_used_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (application_id, slot)
  )`,

  `create table session (
    id text collate "C" primary key,
    token_hash text collate "C" not null unique,
    user_id text collate "C" not null references "user" on delete cascade,
    authenticated_at timestamptz not null,
    amr text[] not null,
    -- The organization chosen in this browser, kept for the next application.
    organization_id text collate "C" references organization on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  'create index on session (user_id)',
  'create index on session (organization_id)',
  'create index on session (expires_at)',

  `create table consent (
    id text collate "C" primary key,
    user_id text collate "C" not null references "user" on delete cascade,
    application_id text collate "C" not null references application on delete cascade,
    organization_id text collate "C" references organization on delete cascade,
    scopes text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique nulls not distinct (user_id, application_id, organization_id)
  )`,
  'create index on consent (application_id)',
  'create index on consent (organization_id)',

  // What one redeemed code entitles to. Whose it is and for whom stands in the consent, whose end is its own.
  `create table authorization_grant (
    id text collate "C" primary key,
    consent_id text collate "C" not null references consent on delete cascade,
    session_id text collate "C" references session on delete set null,
    scopes text[] not null,
    authenticated_at timestamptz not null,
    amr text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
  )`,
  'create index on authorization_grant (consent_id)',
  'create index on authorization_grant (session_id)',
  'create index on authorization_grant (expires_at)',

  // Written at every sign-in and of use for a minute, so it refers to nothing: redeeming looks whether the consent
  // and the session are still there. grant_id names the grant that redeeming makes.
  `create table authorization_code (
    code_hash text collate "C" primary key,
    grant_id text collate "C" not null,
    consent_id text collate "C" not null,
    session_id text collate "C" not null,
    redirect_uri text collate "C" not null,
    redirect_uri_given boolean not null,
    scopes text[] not null,
    nonce text,
    code_challenge text collate "C",
    authenticated_at timestamptz not null,
    amr text[] not null,
    expires_at timestamptz not null,
    redeemed_at timestamptz
  )`,
  'create index on authorization_code (expires_at)',

  // One row a family, however often it is refreshed. A refresh token names its family and proves itself by the rest;
  // the successor is sealed under a key made from the token it replaces, so only who holds that can read it.
  // Rotation is by far the most frequent update. It stays in the page (HOT) as long as no indexed column changes and
  // the page has room: so sweeping looks for the end of the day, which is the same for most of a day's rotations.
  `create table refresh_token (
    family_hash text collate "C" primary key,
    grant_id text collate "C" not null unique references authorization_grant on delete cascade,
    token_hash text collate "C" not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    previous_hash text collate "C",
    successor_sealed text,
    expires_by timestamptz not null generated always as
      ((date_trunc('day', expires_at at time zone 'UTC') + interval '1 day') at time zone 'UTC') stored,
    check ((previous_hash is null) = (successor_sealed is null))
  ) with (fillfactor = 80)`,
  'create index on refresh_token (expires_by)',

  `create table revoked_access_token (
    jti text collate "C" primary key,
    expires_at timestamptz not null
  )`,
  'create index on revoked_access_token (expires_at)',

  `create table signing_key (
    kid text collate "C" primary key,
    algorithm text not null,
    public_jwk jsonb not null,
    private_jwk_sealed text not null,
    created_at timestamptz not null,
    activates_at timestamptz not null,
    -- From here it signs no more, and is still published.
    retires_at timestamptz,
    -- From here it is published no more.
    withdrawn_at timestamptz
  )`,

  `create table api_key (
    id text collate "C" primary key,
    name text not null,
    value_hash text collate "C" not null unique,
    obfuscated_value text not null,
    permissions text[] not null,
    last_used_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    revoked_at timestamptz
  )`,

  `create table event (
    id text collate "C" primary key,
    name text collate "C" not null,
    occurred_at timestamptz not null,
    actor jsonb not null,
    target_id text collate "C",
    organization_id text collate "C",
    data jsonb not null
  )`,
  'create index on event (name, id)',
  'create index on event (target_id)',
  // What strangers cause is kept for a while only; everything else for good.
  `create index on event (name, occurred_at) where name in ('sign_in.failed', 'sign_in.throttled')`,

  `create table rate_limit (
    key_hash text collate "C" primary key,
    count integer not null,
    window_ends_at timestamptz not null
  )`,
  'create index on rate_limit (window_ends_at)',

  // Which browser has signed in to which account, for limits of its own: a hash of both.
  `create table known_browser (
    pair_hash text collate "C" primary key,
    expires_at timestamptz not null
  )`,
  'create index on known_browser (expires_at)',

  /*
   * Every node caches applications with their credentials, and signing keys. The database itself says what has
   * changed, at commit, so that no code path (nor a hand at psql) can forget to. Uses of a credential are not
   * changes.
   */
  `create function notify_application_changed() returns trigger language plpgsql as $$
  begin
    perform pg_notify('latchkey_application', case when tg_op = 'DELETE' then old.client_id else new.client_id end);
    return null;
  end $$`,
  `create function notify_application_part_changed() returns trigger language plpgsql as $$
  begin
    perform pg_notify('latchkey_application', application.client_id) from application
      where application.id = case when tg_op = 'DELETE' then old.application_id else new.application_id end;
    return null;
  end $$`,
  `create function notify_signing_key_changed() returns trigger language plpgsql as $$
  begin
    perform pg_notify('latchkey_signing_key', '');
    return null;
  end $$`,
  `create trigger application_changed after update or delete on application
    for each row execute function notify_application_changed()`,
  `create trigger redirect_uri_changed after insert or update or delete on redirect_uri
    for each row execute function notify_application_part_changed()`,
  `create trigger client_credential_changed after insert or delete or update of secret_hash, application_id on client_credential
    for each row execute function notify_application_part_changed()`,
  `create trigger signing_key_changed after insert or update or delete on signing_key
    for each statement execute function notify_signing_key_changed()`,
]
