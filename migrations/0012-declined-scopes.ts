import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * What users left out of what an application asked for. The version before never writes it: what it adds to a consent is
 * agreed to, and that counts wherever both are said. Committed statement by statement, and repeated from the beginning
 * where it was cut short (0004-protocol-columns.ts says why).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  'alter table consent add column if not exists declined_by_place jsonb',
  // For whoever deletes a permission: few consents have anything in it.
  'create index if not exists consent_declined_idx on consent (id) where declined_by_place is not null',
]
