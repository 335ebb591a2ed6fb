import { type Kysely, sql } from 'kysely'

/* Who may do what at the dashboard. A table that the version before does not know. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table operator (
      user_id text collate "C" primary key references "user" on delete cascade,
      role text not null check (role in ('owner', 'admin', 'viewer')),
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db)
}
