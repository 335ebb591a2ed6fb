import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, loadConfig } from '../config/config.ts'
import { databaseAddress } from '../config/database-address.ts'
import { createLogger, type Logger } from '../observability/logger.ts'
import { isPublished, isReadable, UnreadableSigningKey } from '../signing-keys/signing-key.ts'
import { copyingBegun, requireWhole } from '../storage/copying/checkpoints.ts'
import { type Copied, copyStore } from '../storage/copying/copy-store.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { storesOn } from '../storage/index.ts'
import { isMissing, migrateToLatest, migrationStatus } from '../storage/migrator.ts'
import type { Clock } from '../system/clock.ts'
import { type LeavingDirectory, openLeavingDirectory, secretFile } from '../system/data-directory.ts'
import { createSealer, type Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { createCopyingProgress } from './copying-progress.ts'
import { describeFailure } from './failure.ts'

export interface PromoteCommand {
  readonly print: (line: string) => void
  readonly clock: Clock
  readonly random: Random
}

export const usage = `Usage: latchkey promote --to postgres://user@host/database

Moves the embedded store of LATCHKEY_DATA_DIR to an empty database of a PostgreSQL server, version 15 or newer. Stop the
server first. Interrupted, it goes on where it was when it is started again. A password is better left out of the
command, where others can see it: set PGPASSWORD, or have it in ~/.pgpass.`

/** @returns the exit code. */
export const promoteCommand = async (
  args: readonly string[],
  { print, clock, random }: PromoteCommand,
): Promise<number> => {
  const to = targetOf(args)
  if (to === undefined) {
    print(usage)
    return 2
  }
  // Whoever has prepared the environment of the next server still means this store.
  const config = loadConfig(undefined, { DATABASE_URL: '', WORKERS: '' })
  if (config.database.kind !== 'embedded') throw new Error('Without DATABASE_URL the store is embedded.')
  const logger = createLogger({ level: config.logLevel })
  const path = config.database.directory
  await using moving = new AsyncDisposableStack()
  const directory = await openLeavingDirectory(path, random)
  moving.defer(directory.release)
  let promotedTo = directory.promotedTo
  try {
    const target = await openTarget(to, logger)
    moving.defer(target.close)
    const isElsewhere = promotedTo !== undefined && promotedTo !== to.place
    if (isElsewhere || (promotedTo !== undefined && !(await copyingBegun(target.kysely)))) {
      const isDone = !isElsewhere && (await isMigrated(target))
      print(
        isDone
          ? `The store in ${path} was moved to ${to.place} already; there is nothing left to do.`
          : `The store in ${path} was moved to ${promotedTo} already. To move it once more, delete the file ${join(path, 'promoted')} first.`,
      )
      return isDone ? 0 : 1
    }
    const begun = await begunAt(path)
    if (begun !== undefined && begun !== to.place) {
      print(
        `The store was being moved to ${begun}, which did not get to its end: no server starts there. Drop that database, or go back to it by naming it in --to.`,
      )
    }
    const source = await openDatabase({ kind: 'embedded', directory: directory.store }, () => {})
    moving.defer(source.close)
    const onClaimed = () => writeFile(begunFile(path), to.place, { mode: 0o600 })
    const onVerified = async (): Promise<void> => {
      await directory.markPromoted(to.place)
      promotedTo = to.place
    }
    const moved = await move({
      ...{ directory, source, target, config, onClaimed, onVerified, print, clock, random },
    })
    await rm(begunFile(path), { force: true })
    report(moved, { config, path, place: to.place, print })
    return 0
  } catch (error) {
    print(describeFailure(error, '--to'))
    print(
      promotedTo === undefined
        ? 'The embedded store is as it was. Once that is mended, the same command goes on where this one was.'
        : `Everything is at ${promotedTo}, and the embedded store is not served any more. Once that is mended, the same command comes to its end.`,
    )
    return 1
  }
}

/** Where rows have been copied to and no end was come to. Told to people; what counts is in that database. */
const begunFile = (path: string): string => join(path, 'promoting')

const begunAt = (path: string): Promise<string | undefined> =>
  readFile(begunFile(path), 'utf8').catch(() => undefined)

interface Target {
  readonly url: string
  /** Without what is secret. */
  readonly place: string
}

const targetOf = (args: readonly string[]): Target | undefined => {
  try {
    const { to = '' } = parseArgs({ args: [...args], options: { to: { type: 'string' } } }).values
    const address = /^postgres(ql)?:\/\//.test(to) ? databaseAddress(to) : undefined
    if (address === undefined) return undefined
    const { hostname, port, database } = address
    return { url: to, place: `${hostname}${port === '' ? '' : `:${port}`}/${database}` }
  } catch {
    return undefined
  }
}

const openTarget = ({ url }: Target, logger: Logger): Promise<Database> =>
  openDatabase({ kind: 'postgresql', url, poolSize: 1, prepareStatements: false }, (error) =>
    logger.error({ err: error }, 'database connection'),
  )

/** Somebody may have emptied it since. */
const isMigrated = async ({ kysely }: Database): Promise<boolean> =>
  !(await migrationStatus(kysely)).some(isMissing)

interface Moving extends PromoteCommand {
  readonly directory: LeavingDirectory
  readonly source: Database
  readonly target: Database
  readonly config: Config
  readonly onClaimed: () => Promise<void>
  /** Before the target may be served: there is no moment at which both can be. */
  readonly onVerified: () => Promise<void>
}

const move = async ({ directory, source, target, config, print, clock, random, ...told }: Moving) => {
  const progress = createCopyingProgress(print)
  const sealer = createSealer(config.secret ?? directory.secret, 'signing-key', random)
  try {
    await requireWhole(source.kysely)
    await migrateToLatest(source.kysely)
    await requireSecret(source, sealer, clock.now())
    return await target.withoutTimeouts((patient) =>
      copyStore({
        source: source.kysely,
        target: patient,
        id: directory.id,
        onProgress: progress.tell,
        ...told,
      }),
    )
  } finally {
    progress.end()
  }
}

/** Better now than on the new server, when the old one is gone. @throws UnreadableSigningKey */
const requireSecret = async (source: Database, sealer: Sealer, now: Date): Promise<void> => {
  const keys = await storesOn(source.kysely).signingKeys.all()
  const closed = keys.find((key) => isPublished(key, now) && !isReadable(key, sealer))
  if (closed) throw new UnreadableSigningKey(closed.kid)
}

const report = (
  { tables }: Copied,
  {
    config: { secret, pairwiseSecret, issuer },
    path,
    place,
    print,
  }: { readonly config: Config; readonly path: string; readonly place: string; print(line: string): void },
): void => {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  print(`Moved ${rows} rows of ${tables.length} tables to ${place}; the checksums of both sides agree.`)
  print('The embedded store is kept as it was, and is not served any more. From now on, set:')
  print('  DATABASE_URL     to that database')
  print(
    secret === undefined
      ? `  LATCHKEY_SECRET  to what the file ${secretFile(path)} holds: LATCHKEY_SECRET="$(cat ${secretFile(path)})"`
      : '  LATCHKEY_SECRET  to what it is now',
  )
  if (pairwiseSecret !== undefined) print('  LATCHKEY_PAIRWISE_SECRET  to what it is now')
  print(`  LATCHKEY_ISSUER  to ${issuer}, as before: tokens and applications name it`)
  print('Then start the server: latchkey serve')
}
