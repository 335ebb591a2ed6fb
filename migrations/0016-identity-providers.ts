import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * Sign-in at other providers of identities. Tables that the version before does not know; of the tables of before they refer
 * to users and organizations, one in each statement, which is committed by itself: no two of them are held at once
 * (0004-protocol-columns.ts says why).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create table if not exists identity_provider (
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
  'create index if not exists identity_provider_organization_id_idx on identity_provider (organization_id)',

  `create table if not exists identity (
    provider_id text collate "C" not null references identity_provider on delete cascade,
    subject text collate "C" not null,
    user_id text collate "C" not null references "user" on delete cascade,
    -- As the provider said last; for its user to recognise it by.
    email text,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    primary key (provider_id, subject)
  )`,
  'create index if not exists identity_user_id_idx on identity (user_id)',

  // The state is a handle: only its hash is kept. What goes with it is sealed for the browser that began.
  `create table if not exists upstream_sign_in (
    state_hash text collate "C" primary key,
    browser_hash text collate "C" not null,
    provider_id text collate "C" not null references identity_provider on delete cascade,
    content_sealed text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  'create index if not exists upstream_sign_in_provider_id_idx on upstream_sign_in (provider_id)',
  'create index if not exists upstream_sign_in_expires_at_idx on upstream_sign_in (expires_at)',

  // Every node knows which there are (0002-management.ts).
  `create or replace trigger environment_changed after insert or update or delete on identity_provider
     for each statement execute function notify_environment_changed()`,
]
