import type { Config } from '../config/config.ts'
import { isRemoteDatabase } from '../config/database-address.ts'
import { lifetimes } from '../config/lifetimes.ts'
import { checkClock } from '../doctor/check-clock.ts'
import { checkDatabase } from '../doctor/check-database.ts'
import { checkSigningKeys } from '../doctor/check-signing-keys.ts'
import { type Finding, findingsOn } from '../doctor/finding.ts'
import { keyChangingOf } from '../foundation.ts'
import { isPublished, publicMembers, type SigningKey } from '../signing-keys/signing-key.ts'
import { copyingBegun, UnfinishedCopy } from '../storage/copying/checkpoints.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { storesOn } from '../storage/index.ts'
import { inspectDatabase } from '../storage/inspection.ts'
import { isMissing, laterMigrations, migrationStatus } from '../storage/migrator.ts'
import { type Clock, stopwatch } from '../system/clock.ts'
import {
  DataDirectoryInUse,
  hasStore,
  openDataDirectory,
  readSecret,
  secretFile,
} from '../system/data-directory.ts'
import type { Random } from '../system/random.ts'
import { describeFailure } from './failure.ts'

const { warning, problem } = findingsOn('database')

export interface StoreExamined {
  readonly findings: readonly Finding[]
  /** Public keys that are published now; undefined if nobody could be asked. */
  readonly keys: readonly Readonly<Record<string, unknown>>[] | undefined
  /** What belongs to the store; undefined where there is none yet. */
  readonly secret: string | undefined
}

interface Means {
  readonly clock: Clock
  readonly random: Random
}

/** Reads, and changes nothing: no store is made where there is none, and nothing is migrated. */
export const examineStore = async (config: Config, means: Means): Promise<StoreExamined> => {
  try {
    return config.database.kind === 'postgresql'
      ? await examineServer(config, config.database, means)
      : await examineDirectory(config, config.database.directory, means)
  } catch (error) {
    const cure = 'The rest was looked at without the database; mend this first, and run the command again.'
    // Of what nobody foresaw the first line will do.
    const [says = ''] = describeFailure(error).split('\n')
    return { findings: [problem(says, cure)], keys: undefined, secret: config.secret }
  }
}

const examineServer = async (
  config: Config,
  location: Extract<Config['database'], { kind: 'postgresql' }>,
  means: Means,
): Promise<StoreExamined> => {
  const database = await openDatabase({ ...location, poolSize: 1 }, () => {})
  try {
    return await examineDatabase(config, database, { ...means, secret: config.secret ?? '' })
  } finally {
    await database.close()
  }
}

const examineDirectory = async (config: Config, path: string, means: Means): Promise<StoreExamined> => {
  if (!(await hasStore(path))) {
    const cure = 'Run "latchkey bootstrap", or name the directory by LATCHKEY_DATA_DIR.'
    const says = `There is no embedded store in ${path} yet.`
    return { findings: [warning(says, cure)], keys: undefined, secret: config.secret }
  }
  const directory = await openDataDirectory(path, means.random).catch((error: unknown) => {
    if (error instanceof DataDirectoryInUse) return undefined
    throw error
  })
  if (!directory) {
    const says = 'A process has the embedded store, most likely the server, so nobody else can look into it.'
    const cure = 'Stop the server and run the command again to have that looked at as well.'
    const secret = config.secret ?? (await readSecret(secretFile(path)))
    return { findings: [warning(says, cure)], keys: undefined, secret }
  }
  try {
    const database = await openDatabase({ kind: 'embedded', directory: directory.store }, () => {})
    try {
      return await examineDatabase(config, database, { ...means, secret: config.secret ?? directory.secret })
    } finally {
      await database.close()
    }
  } finally {
    await directory.release()
  }
}

const examineDatabase = async (
  config: Config,
  database: Database,
  { clock, random, secret }: Means & { readonly secret: string },
): Promise<StoreExamined> => {
  const { kysely, kind } = database
  const elapsed = stopwatch()
  const facts = await inspectDatabase(kysely)
  const took = elapsed()
  const status = await migrationStatus(kysely)
  laterMigrations(status)
  const pendingMigrations = status.filter(isMissing).map(({ name }) => name)
  const findings: Finding[] = [
    ...checkDatabase({
      ...{ facts, kind, pendingMigrations, workers: config.workers },
      poolSize: config.database.kind === 'postgresql' ? config.database.poolSize : 0,
      isRemote: config.database.kind === 'postgresql' && isRemoteDatabase(config.database.url),
    }),
  ]
  if (kind === 'postgresql') {
    const aheadSeconds = (facts.now.getTime() - clock.now().getTime()) / 1000
    findings.push(checkClock('the database', { aheadSeconds, uncertainSeconds: took }))
  }
  if (await copyingBegun(kysely)) {
    findings.push(problem(new UnfinishedCopy().message, 'Until then no node starts on it.'))
  }
  // Their table is one of the first migration.
  if (pendingMigrations.length > 0) return { findings, keys: undefined, secret }
  const keys = await storesOn(kysely).signingKeys.all()
  const now = clock.now()
  const { sealer, algorithms, times } = keyChangingOf({ database, secret }, lifetimes, random)
  findings.push(...checkSigningKeys({ keys, sealer, algorithms, times, now }))
  return { findings, keys: keys.filter((key) => isPublished(key, now)).map(publicKey), secret }
}

const publicKey = ({ publicJwk }: SigningKey) => publicMembers(publicJwk)
