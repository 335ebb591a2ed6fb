import type { Config } from './config/config.ts'
import type { Lifetimes } from './config/lifetimes.ts'
import type { Actor } from './events/catalogue.ts'
import { actingAs } from './events/record.ts'
import type { Logger } from './observability/logger.ts'
import { ensureDefaultRole } from './permissions/role.ts'
import { newIdentifier } from './protocol/identifiers.ts'
import { signingAlgorithms } from './protocol/signing-algorithm.ts'
import { ensureSigningKeys, type KeyChanging } from './signing-keys/change-keys.ts'
import { rotationTimes } from './signing-keys/rotation.ts'
import { requireWhole } from './storage/copying/checkpoints.ts'
import { type Database, openDatabase } from './storage/database.ts'
import { storesOn } from './storage/index.ts'
import { isMissing, laterMigrations, migrateToLatest, migrationStatus } from './storage/migrator.ts'
import { transactionOn } from './storage/transaction.ts'
import { openDataDirectory } from './system/data-directory.ts'
import { createSealer } from './system/encryption.ts'
import { type Random, systemRandom } from './system/random.ts'

/*
 * What the server and every command stand on: an open store, the secret that belongs to it, migrations, and what an
 * environment cannot be without. What serving takes beyond that is in dependencies.ts.
 */

/** Of all applications, which may have a lifetime of their own (migrations/0001, access_token_seconds). */
const LONGEST_ACCESS_TOKEN_SECONDS = 86_400

/** The pending migrations of a database that this version cannot serve yet. */
export class PendingMigrations extends Error {
  override readonly name = 'PendingMigrations'

  constructor(names: readonly string[]) {
    super(
      `The database lacks the migrations ${names.join(', ')}; run "latchkey migrate", or set LATCHKEY_MIGRATE_ON_START=true.`,
    )
  }
}

/** An open store and the secret that belongs to it: what commands need that serve nobody. */
export interface Foundation extends AsyncDisposable {
  readonly database: Database
  readonly secret: string
}

/** @throws DataDirectoryInUse, or what the database says. */
export const openFoundation = async (
  config: Pick<Config, 'database' | 'secret'>,
  logger: Logger,
  random: Random = systemRandom,
): Promise<Foundation> => {
  const onError = (error: unknown) => logger.error({ err: error }, 'database connection')
  if (config.database.kind === 'postgresql') {
    const database = await openDatabase(config.database, onError)
    return { database, secret: required(config.secret), [Symbol.asyncDispose]: () => database.close() }
  }
  const directory = await openDataDirectory(config.database.directory, random)
  try {
    const database = await openDatabase({ kind: 'embedded', directory: directory.store }, onError)
    return {
      database,
      secret: config.secret ?? directory.secret,
      [Symbol.asyncDispose]: async () => {
        await database.close()
        await directory.release()
      },
    }
  } catch (error) {
    await directory.release()
    throw error
  }
}

const required = (secret: string | undefined): string => {
  // The schema of the configuration sees to it; this is for the compiler.
  if (secret === undefined) throw new Error('LATCHKEY_SECRET must be set when DATABASE_URL is.')
  return secret
}

/** What changing signing keys takes, for the server and the commands alike. */
export const keyChangingOf = (
  { database, secret }: Pick<Foundation, 'database' | 'secret'>,
  lifetimes: Lifetimes,
  random: Random,
  actor: Actor = { type: 'system' },
): KeyChanging => ({
  transaction: transactionOn(database.kysely),
  sealer: createSealer(secret, 'signing-key', random),
  random,
  algorithms: signingAlgorithms,
  times: rotationTimes({ ...lifetimes, longestAccessTokenSeconds: LONGEST_ACCESS_TOKEN_SECONDS }),
  recordIn: (stores, now) => actingAs(actor, { stores, now, random }).record,
})

/** The client ID, signing keys and role without which nothing can be served; made once, whoever is first. */
export const prepareEnvironment = async (
  { database, keyChanging }: { readonly database: Database; readonly keyChanging: KeyChanging },
  now: Date,
  random: Random,
) => {
  const stores = storesOn(database.kysely)
  await stores.environment.claim(newIdentifier('client', now, random), now)
  await ensureSigningKeys(keyChanging, now)
  await transactionOn(database.kysely)((inside) =>
    ensureDefaultRole(actingAs({ type: 'system' }, { stores: inside, now, random })),
  )
  const clientId = await stores.environment.clientId()
  if (clientId === undefined) throw new Error('The environment has no client ID.')
  return { clientId }
}

/**
 * @returns the migrations a later version has applied; this one serves nevertheless, while the other is rolled out.
 * @throws PendingMigrations, ForeignMigrations, UnfinishedCopy
 */
export const requireMigrated = async (
  database: Database,
  { migrateOnStart }: Pick<Config, 'migrateOnStart'>,
): Promise<string[]> => {
  await requireWhole(database.kysely)
  // The embedded store has one process and nobody to coordinate with.
  if (migrateOnStart || database.kind === 'embedded') await database.withoutTimeouts(migrateToLatest)
  return checkMigrated(database)
}

/**
 * Whether this version can serve the database as it is.
 *
 * @returns the migrations a later version has applied.
 * @throws PendingMigrations, ForeignMigrations
 */
export const checkMigrated = async (database: Pick<Database, 'kysely'>): Promise<string[]> => {
  const status = await migrationStatus(database.kysely)
  const later = laterMigrations(status)
  const pending = status.filter(isMissing)
  if (pending.length > 0) throw new PendingMigrations(pending.map(({ name }) => name))
  return later
}
