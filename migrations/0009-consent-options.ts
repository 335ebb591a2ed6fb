import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * Standalone: what users are asked to choose in a session, and what they chose. Each statement changes one table, which is
 * not read, and is committed by itself; what was cut short is repeated from the beginning (0004-protocol-columns.ts says
 * why).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  'alter table session add column if not exists consent_options jsonb',
  'alter table consent add column if not exists chosen_claims jsonb',
]
