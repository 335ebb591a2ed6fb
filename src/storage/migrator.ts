import { type Kysely, sql } from 'kysely'
import { migrations, withoutTransaction } from '../../migrations/index.ts'
import type { Schema } from './schema.ts'

/*
 * While a new version is rolled out, nodes of the one before still run, and may have to start again, on a database
 * that the new one has migrated already. So migrations that come after all of ours are no obstacle: a version leaves
 * the schema such that the one before can work with it.
 */

export interface MigrationStatus {
  readonly name: string
  readonly appliedAt: Date | undefined
  /** Not among the migrations of this version. */
  readonly isUnknown: boolean
}

/** The database has another history than this version: something was applied before or between what we know. */
export class ForeignMigrations extends Error {
  override readonly name = 'ForeignMigrations'

  constructor(applied: readonly string[], known: readonly string[]) {
    super(
      `The database has the migrations ${applied.join(', ')}, which do not begin with those of this version, ${known.join(', ')}; is it the right database?`,
    )
  }
}

/**
 * Applies what is missing, under a lock: nodes that start together do not collide. May take long: to be called through
 * `withoutTimeouts` of the database.
 *
 * @returns the names of the migrations applied now.
 * @throws ForeignMigrations, or what Kysely refuses with.
 */
export const migrateToLatest = async (db: Kysely<Schema>): Promise<string[]> => {
  const applied: string[] = []
  for (;;) {
    const status = await migrationStatus(db)
    const missing = status.filter(isMissing).map(({ name }) => name)
    if (missing.length === 0) {
      laterMigrations(status)
      return applied
    }
    const { error, results = [] } = await migrate(db, missing, status.length === missing.length)
    if (error !== undefined) {
      await requireLater(db, error)
      return applied
    }
    if (results.length === 0) return applied
    applied.push(...results.map(({ migrationName }) => migrationName))
  }
}

const migrate = async (db: Kysely<Schema>, missing: readonly string[], isNew: boolean) => {
  // Few starts have anything to apply.
  const { Migrator } = await import('kysely/migration')
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  // Nobody works with a database that has nothing yet: all or none of it. Kysely looks at all tables each time.
  if (isNew) return migrator.migrateToLatest()
  // One by one: each in a transaction of its own, so that none holds the locks of those before it.
  return migrator.migrateUp({
    disableTransactions: missing[0] !== undefined && withoutTransaction.has(missing[0]),
  })
}

/**
 * Kysely refuses what it does not know. Asked afterwards, as a later version may have been at it until a moment ago.
 *
 * @throws what it refused with, unless all of ours are there and a later version went on.
 */
const requireLater = async (db: Kysely<Schema>, error: unknown): Promise<void> => {
  const status = await migrationStatus(db).catch(() => [])
  if (!status.some(({ isUnknown }) => isUnknown) || status.some(isMissing)) throw error
  laterMigrations(status)
}

/** Ours in their order, then those that only the database knows, as they were applied. */
export const migrationStatus = async (db: Kysely<Schema>): Promise<MigrationStatus[]> => {
  const applied = await appliedMigrations(db)
  const ours = Object.keys(migrations)
    .sort()
    .map((name) => ({ name, appliedAt: applied.get(name), isUnknown: false }))
  const names = new Set(ours.map(({ name }) => name))
  const unknown = [...applied]
    .filter(([name]) => !names.has(name))
    .map(([name, appliedAt]) => ({ name, appliedAt, isUnknown: true }))
  return [...ours, ...unknown]
}

export const isMissing = ({ appliedAt }: MigrationStatus): boolean => appliedAt === undefined

/**
 * The names of what a later version has applied; empty if none was there.
 *
 * @throws ForeignMigrations if what was applied does not begin with ours, as far as they were applied.
 */
export const laterMigrations = (status: readonly MigrationStatus[]): string[] => {
  const known = status.filter(({ isUnknown }) => !isUnknown).map(({ name }) => name)
  const applied = status
    .flatMap(({ name, appliedAt }) => (appliedAt === undefined ? [] : [{ name, appliedAt }]))
    .sort((a, b) => a.appliedAt.getTime() - b.appliedAt.getTime() || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name)
  if (applied.some((name, i) => name !== (known[i] ?? name))) throw new ForeignMigrations(applied, known)
  return applied.slice(known.length)
}

/** As Kysely writes them down. */
const appliedMigrations = async (db: Kysely<Schema>): Promise<Map<string, Date>> => {
  const table = await sql`select 1 where to_regclass('kysely_migration') is not null`.execute(db)
  if (table.rows.length === 0) return new Map()
  const { rows } = await sql<{ name: string; timestamp: string }>`
    select name, timestamp from kysely_migration order by timestamp, name`.execute(db)
  return new Map(rows.map(({ name, timestamp }) => [name, new Date(timestamp)]))
}
