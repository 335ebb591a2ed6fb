import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * What the rest of the protocol keeps with what there is: what an authorization is for beyond its scopes, what a client
 * registered about itself, claims. Everything is added: the version before goes on working beside it. Nothing here reads a
 * table that may be big; what does is in 0006-protocol-indexes.ts.
 *
 * Each statement changes one table, and is committed by itself: nodes of the version before read these tables together,
 * and whoever holds one of them while waiting for another would sooner or later be waited for in turn. What was cut short
 * is repeated from the beginning: every statement may be.
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  // What a client says of itself beyond what the management API of WorkOS has (RFC 7591 §2, under its names there), and
  // for one that registered itself: by what it may change that (RFC 7592 §3), which metadata it registered, last use.
  // One that registered itself belongs to nobody. Not valid: the rows there are keep the stricter rule.
  `alter table application
    add column if not exists metadata jsonb not null default '{}',
    add column if not exists registration_access_token_hash text collate "C",
    add column if not exists metadata_hash text collate "C",
    add column if not exists last_used_at timestamptz,
    drop constraint if exists application_check,
    drop constraint if exists application_owner,
    add constraint application_owner check (
      case when is_first_party then organization_id is null
           else organization_id is not null or was_dynamically_registered end) not valid`,

  // OIDC Core §5.1: the standard claims that have no column of their own.
  `alter table "user" add column if not exists claims jsonb not null default '{}'`,

  // What was agreed to beside scopes (RFC 8707, RFC 9396), and which scopes at which resource. The version before, which
  // knows of no resources, leaves the last one null: its scopes are all for the environment.
  `alter table consent
    add column if not exists resources text[] not null default '{}',
    add column if not exists authorization_details jsonb not null default '[]',
    add column if not exists scopes_by_place jsonb`,
  // What a code, and then its grant, is for beyond its scopes; null for nothing, which is usual.
  'alter table authorization_code add column if not exists terms jsonb',
  'alter table authorization_grant add column if not exists terms jsonb',
]
