import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * Codes are void once the password of their account is another: found by its address. The table holds those of the last half
 * hour. May be repeated, as it is committed by itself.
 */
export const up = (db: Kysely<unknown>): Promise<void> =>
  eachPatiently(db, [
    'create index if not exists email_code_normalized_email_idx on email_code (normalized_email)',
  ])
