import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * That a code was asked for is kept for a while only, as failures are: whoever knows an address can ask. Building an index
 * keeps writers, and nobody else, from a table that may be big (0015-failed-sign-ins.ts).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create index if not exists event_code_asked_idx on event (name, occurred_at)
    where name in ('magic_auth.created', 'password_reset.created')`,
]
