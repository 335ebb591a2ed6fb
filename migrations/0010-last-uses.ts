import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * When an application last had tokens by a consent, and when a browser was last seen in its session: what people are shown
 * of their account. Each statement changes one table, which is not read, and is committed by itself; what was cut short is
 * repeated from the beginning (0004-protocol-columns.ts says why).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  'alter table consent add column if not exists last_used_at timestamptz',
  'alter table session add column if not exists last_used_at timestamptz',
]
