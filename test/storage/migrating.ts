import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../migrations/index.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'

/** One that nobody has migrated yet. */
export const openBareDatabase = async (): Promise<TestDatabase> => {
  const opened = await openTestDatabase()
  const { kysely } = opened.database
  await sql`drop schema public cascade`.execute(kysely)
  await sql`create schema public`.execute(kysely)
  return opened
}

/** As the version left it whose last migration that was. */
export const migrateUpTo = async ({ database }: TestDatabase, last: string): Promise<void> => {
  const some = Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= last))
  const migrator = new Migrator({
    db: database.kysely,
    provider: { getMigrations: () => Promise.resolve(some) },
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

/** In how many transactions it was migrated. */
export const steps = async ({ database }: TestDatabase): Promise<number> => {
  const { rows } = await sql`select distinct xmin::text from kysely_migration`.execute(database.kysely)
  return rows.length
}
