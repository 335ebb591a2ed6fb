import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../migrations/index.ts'
import type { Schema } from './schema.ts'

export interface MigrationStatus {
  readonly name: string
  readonly appliedAt: Date | undefined
}

const migratorOf = (db: Kysely<Schema>) =>
  new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })

/**
 * Applies what is missing, under a lock: nodes that start together do not collide.
 *
 * @returns the names of the migrations applied now.
 */
export const migrateToLatest = async (db: Kysely<Schema>): Promise<string[]> => {
  const { error, results = [] } = await migratorOf(db).migrateToLatest()
  if (error !== undefined) throw error
  return results.map(({ migrationName }) => migrationName)
}

export const migrationStatus = async (db: Kysely<Schema>): Promise<MigrationStatus[]> => {
  const found = await migratorOf(db).getMigrations()
  return found.map(({ name, executedAt }) => ({ name, appliedAt: executedAt }))
}
