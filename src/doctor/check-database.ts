import type { DatabaseFacts } from '../storage/inspection.ts'
import { type Finding, findingsOn, orFine } from './finding.ts'

const { ok, warning, problem } = findingsOn('database')

export interface CheckingDatabase {
  readonly facts: DatabaseFacts
  readonly kind: 'postgresql' | 'embedded'
  /** Of one process. */
  readonly poolSize: number
  /** Processes of a node. */
  readonly workers: number
  /** Names of migrations of this version that are missing. */
  readonly pendingMigrations: readonly string[]
  /** Whether the connection leaves this machine. */
  readonly isRemote: boolean
}

export const checkDatabase = (checking: CheckingDatabase): readonly Finding[] => {
  const { facts, kind, pendingMigrations } = checking
  const amiss = kind === 'embedded' ? [] : [...checkServer(checking), ...checkPrivileges(facts)]
  if (pendingMigrations.length > 0) {
    amiss.push(
      problem(
        `The database lacks the migrations ${pendingMigrations.join(', ')}.`,
        'Run "latchkey migrate"; nodes do not start before.',
      ),
    )
  }
  return orFine(
    amiss,
    ok(`The ${kind === 'embedded' ? 'embedded store' : `PostgreSQL ${facts.version}`} is fit and migrated.`),
  )
}

const checkServer = ({ facts, poolSize, workers, isRemote }: CheckingDatabase): Finding[] => {
  const amiss: Finding[] = []
  if (facts.isTooOld) {
    amiss.push(problem(`The server is PostgreSQL ${facts.version}.`, 'Move to PostgreSQL 15 or newer.'))
  }
  if (facts.encoding !== 'UTF8') {
    const cure = "Make a database with encoding 'UTF8' and restore a dump of this one there."
    amiss.push(problem(`The database is encoded as ${facts.encoding}: some names cannot be written.`, cure))
  }
  if (facts.isReadOnly) {
    amiss.push(problem('The database is read-only.', 'Have DATABASE_URL name the primary, not a standby.'))
  }
  if (isRemote && facts.isEncrypted === false) {
    const cure = 'Add sslmode=verify-full to DATABASE_URL, unless the network between is yours alone.'
    amiss.push(warning('The connection to the database is not encrypted.', cure))
  }
  // One more than the pool listens for changes.
  const perNode = workers * (poolSize + 1)
  const nodes = Math.floor(facts.connectionLimit / perNode)
  if (nodes < 2) {
    const says = `The server has ${facts.connectionLimit} connections for this user, and a node takes up to ${perNode}.`
    const cure =
      'Lower LATCHKEY_DATABASE_POOL_SIZE, or raise max_connections of the server or the limit of the database or user; a rolling update takes the connections of two nodes.'
    amiss.push(nodes < 1 ? problem(says, cure) : warning(says, cure))
  }
  return amiss
}

const checkPrivileges = ({ unusableTables, othersTables, mayCreateTables }: DatabaseFacts): Finding[] => {
  const amiss: Finding[] = []
  if (unusableTables.length > 0) {
    const cure =
      'Grant select, insert, update and delete on all tables of the schema to the user of DATABASE_URL.'
    amiss.push(problem(`The user may not read and write ${someOf(unusableTables)}.`, cure))
  }
  if (othersTables.length > 0 || !mayCreateTables) {
    amiss.push(
      warning(
        `The user may serve, but not migrate: ${mayCreateTables ? `${someOf(othersTables)} belong to another` : 'it may create no table in the schema'}.`,
        'Run "latchkey migrate" as the owner of the tables at each update, and leave LATCHKEY_MIGRATE_ON_START off; or make this user the owner.',
      ),
    )
  }
  return amiss
}

const SHOWN = 3

const someOf = (names: readonly string[]): string =>
  names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
    : names.join(', ')
