import { ConfigError } from '../config/config.ts'
import { PendingMigrations } from '../foundation.ts'
import { UnreadableSigningKey } from '../signing-keys/signing-key.ts'
import { TargetInUse, UnfinishedCopy } from '../storage/copying/checkpoints.ts'
import { LaterVersion, UnfitServer } from '../storage/copying/copy-store.ts'
import { ForeignMigrations } from '../storage/migrator.ts'
import {
  DamagedSecret,
  DataDirectoryInUse,
  NoStore,
  PromotedStore,
  UnfitDirectory,
} from '../system/data-directory.ts'
import { failureCode, isUnavailable } from '../system/failure-code.ts'
import { UnfitFile } from './import-files.ts'

/** Failures that say themselves, in one sentence, what is wrong and what to do. */
const explained = [
  ConfigError,
  PendingMigrations,
  ForeignMigrations,
  UnfinishedCopy,
  TargetInUse,
  UnfitServer,
  LaterVersion,
  DataDirectoryInUse,
  DamagedSecret,
  UnfitDirectory,
  NoStore,
  PromotedStore,
  UnreadableSigningKey,
  UnfitFile,
]

/**
 * What went wrong, for whoever typed the command: a sentence where we have one, everything where it is a fault of ours.
 *
 * @param database what names the database that was connected to.
 */
export const describeFailure = (error: unknown, database = 'DATABASE_URL'): string => {
  if (!(error instanceof Error)) return String(error)
  if (explained.some((kind) => error instanceof kind)) return error.message
  // "bind" in a worker, whose primary listens for it.
  if (
    ['listen', 'bind'].includes(String(syscallOf(error))) ||
    (syscallOf(error) === 'getaddrinfo' && !isUnavailable(error))
  ) {
    return describeListening(error)
  }
  if (/does not support SSL/.test(error.message)) {
    return `The database of ${database} does not speak TLS; leave sslmode out of it, or switch TLS on at the server.`
  }
  switch (failureCode(error)) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
      return `The database of ${database} cannot be reached (${failureCode(error)}); check that it runs and that host and port are right.`
    case '25006':
      return `The database of ${database} is read-only; it may be a standby, so name the primary.`
    case '53300':
      return `The database of ${database} has no connection left; see what holds them, or raise max_connections.`
    case '28P01':
    case '28000':
      return `The database refuses the user or password of ${database}.`
    case '3D000':
      return `The database named in ${database} does not exist; create it first.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EEXIST':
    case 'ENOTDIR':
      return `The directory of LATCHKEY_DATA_DIR cannot be used (${error.message}); name one that this user may write to.`
    default:
      if (isUnavailable(error)) return `${error.message} It is that of ${database}; check that it runs.`
      return error.stack ?? error.message
  }
}

/** The call of the system that failed, as Node names it. */
const syscallOf = (error: Error): unknown => ('syscall' in error ? error.syscall : undefined)

const describeListening = (error: Error): string => {
  switch (failureCode(error)) {
    case 'EADDRINUSE':
      return 'The port is in use by another program; stop that, or choose another one by LATCHKEY_PORT.'
    case 'EACCES':
      return 'This user may not listen on that port; choose one above 1023 by LATCHKEY_PORT.'
    default:
      return `Cannot listen there (${failureCode(error)}); LATCHKEY_HOST must be a name or address of this machine.`
  }
}
