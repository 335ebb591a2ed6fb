import type { Migration } from 'kysely/migration'
import * as foundation from './0001-foundation.ts'
import * as management from './0002-management.ts'

/** All migrations in order of name; a static record, so that they work wherever the code runs. */
export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-management': management,
}
