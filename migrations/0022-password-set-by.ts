import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * Who chose the password of a user: whoever becomes an operator keeps none that somebody else knows. Of those that are there
 * already nobody knows; the version before never writes it. May be repeated, as it is committed by itself.
 */
export const up = (db: Kysely<unknown>): Promise<void> =>
  eachPatiently(db, ['alter table "user" add column if not exists password_set_by text'])
