import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * Standalone: login pages of single applications and organizations. A table that the version before does not know; and what
 * a completion may be held to, and say, of when and how somebody signed in: columns that it does not read. Each
 * statement holds one table of before, and is committed by itself (0004-protocol-columns.ts says why).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create table if not exists login_uri (
    id text collate "C" primary key,
    name text not null,
    -- Null: people sign in here.
    uri text,
    application_id text collate "C" unique references application on delete cascade,
    organization_id text collate "C" unique,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (num_nonnulls(application_id, organization_id) = 1),
    -- Requests choose the organization: none of them may choose to be let in by another door.
    check (uri is not null or application_id is not null)
  )`,

  `alter table login_uri
    drop constraint if exists login_uri_organization_id_fkey,
    add constraint login_uri_organization_id_fkey
      foreign key (organization_id) references organization on delete cascade`,

  // Every node knows which there are (0002-management.ts).
  `create or replace trigger environment_changed after insert or update or delete on login_uri
     for each statement execute function notify_environment_changed()`,

  // The user must have signed in since then; null: at any time. Then as the operator's page says; null: when it was
  // completed, and in a way that it does not say.
  `alter table external_authentication
    add column if not exists authenticated_since timestamptz,
    add column if not exists authenticated_at timestamptz,
    add column if not exists amr text[]`,
]
