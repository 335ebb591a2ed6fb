import { ConfigError } from '../config/config.ts'
import { PendingMigrations } from '../dependencies.ts'
import { UnreadableSigningKey } from '../signing-keys/signing-key.ts'
import { ForeignMigrations } from '../storage/migrator.ts'
import { DamagedSecret, DataDirectoryInUse } from '../system/data-directory.ts'
import { failureCode } from '../system/failure-code.ts'

/** Failures that say themselves, in one sentence, what is wrong and what to do. */
const explained = [
  ConfigError,
  PendingMigrations,
  ForeignMigrations,
  DataDirectoryInUse,
  DamagedSecret,
  UnreadableSigningKey,
]

/** What went wrong, for whoever typed the command: a sentence where we have one, everything where it is a fault of ours. */
export const describeFailure = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (explained.some((kind) => error instanceof kind)) return error.message
  switch (failureCode(error)) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
      return `The database of DATABASE_URL cannot be reached (${failureCode(error)}); check that it runs and that host and port are right.`
    case '28P01':
    case '28000':
      return 'The database refuses the user or password of DATABASE_URL.'
    case '3D000':
      return 'The database named in DATABASE_URL does not exist; create it first.'
    case 'EADDRINUSE':
      return 'The port is in use by another program; stop that, or choose another one by LATCHKEY_PORT.'
    case 'EACCES':
      return `Permission denied: ${error.message}`
    default:
      return error.stack ?? error.message
  }
}
