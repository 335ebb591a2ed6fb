import type { Kysely } from 'kysely'
import { eachPatiently } from './patiently.ts'

/*
 * Who may do what at the dashboard. A table that the version before does not know; of the tables of before it refers to
 * one, which every sign-in writes to (0016-identity-providers.ts).
 */
export const up = (db: Kysely<unknown>): Promise<void> => eachPatiently(db, statements)

const statements = [
  `create table if not exists operator (
    user_id text collate "C" primary key references "user" on delete cascade,
    role text not null check (role in ('owner', 'admin', 'viewer')),
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
]
