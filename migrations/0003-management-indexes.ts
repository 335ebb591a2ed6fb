import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * What 0002-management.ts needs of tables that may be big: each statement reads one of them whole, so it is run by itself
 * and not in a transaction with the others. Building an index keeps writers, and nobody else, from that one table. Not
 * `concurrently`: that waits for every transaction there is, also for that of a node which waits for us to have migrated.
 *
 * What was cut short is repeated from the beginning: every statement may be.
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create unique index if not exists organization_stripe_customer_id_key on organization (stripe_customer_id)`,

  // Whether a picture is in use is asked before it is deleted.
  'create index if not exists application_logo_url_idx on application (logo_url)',
  'create index if not exists application_logo_dark_url_idx on application (logo_dark_url)',
  // A permission that is deleted is taken out of all that names it.
  'create index if not exists application_scopes_idx on application using gin (scopes)',
  'create index if not exists consent_scopes_idx on consent using gin (scopes)',
  'alter table application validate constraint application_keys',

  // Lists are read in the order of IDs, so from an index that ends with it; what one of these begins with needs no other.
  'create index if not exists organization_membership_organization_id_id_idx on organization_membership (organization_id, id)',
  'drop index if exists organization_membership_organization_id_idx',
  'create index if not exists application_organization_id_id_idx on application (organization_id, id)',
  'drop index if exists application_organization_id_idx',
  'create index if not exists consent_organization_id_id_idx on consent (organization_id, id)',
  'drop index if exists consent_organization_id_idx',
  'create index if not exists consent_user_id_id_idx on consent (user_id, id)',
  'create index if not exists session_user_id_id_idx on session (user_id, id)',
  'drop index if exists session_user_id_idx',

  'create index if not exists event_organization_id_id_idx on event (organization_id, id)',
  // What strangers cause and what was refused is kept for a while only; 0001-foundation has the former names.
  `create index if not exists event_kept_for_a_while_idx on event (name, occurred_at)
    where name in ('authentication.password_failed', 'change.refused')`,
]
