import { type Kysely, sql } from 'kysely'

/*
 * The operator's own pictures on the pages. A table that the version before does not know, and that refers to a small one
 * alone. The version before sweeps pictures that no application has, an hour after they came: with a picture the row goes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  "set local lock_timeout = '3s'",
  `create table brand_image (
    kind text collate "C" primary key,
    content_hash text collate "C" not null references logo on delete cascade
  )`,
  'create index on brand_image (content_hash)',
  // Every page shows them: they are in memory with the settings.
  `create trigger brand_image_changed after insert or update or delete on brand_image
    for each statement execute function notify_environment_changed()`,
]
