import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * Failures of the other ways to sign in are kept for a while only, as those of passwords are (0003-management-indexes.ts).
 * Building an index keeps writers, and nobody else, from a table that may be big.
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create index if not exists event_sign_in_failed_idx on event (name, occurred_at)
    where name in ('authentication.email_verification_failed', 'authentication.magic_auth_failed',
      'authentication.mfa_failed', 'authentication.passkey_failed', 'authentication.sso_failed')`,
]
