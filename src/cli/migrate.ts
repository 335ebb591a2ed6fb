import { requireWhole } from '../storage/copying/checkpoints.ts'
import type { Database } from '../storage/database.ts'
import { isMissing, laterMigrations, migrateToLatest, migrationStatus } from '../storage/migrator.ts'

export const usage = 'Usage: latchkey migrate [--status]'

/**
 * `latchkey migrate [--status]`.
 *
 * @returns the exit code: 1 if --status finds something missing.
 * @throws UnfinishedCopy
 */
export const migrateCommand = async (
  args: readonly string[],
  { database, print }: { readonly database: Database; readonly print: (line: string) => void },
): Promise<number> => {
  if (args.some((argument) => argument !== '--status')) {
    print(usage)
    return 2
  }
  if (args.length > 0) {
    const status = await migrationStatus(database.kysely)
    for (const { name, appliedAt, isUnknown } of status) {
      print(
        `${name}  ${appliedAt?.toISOString() ?? 'missing'}${isUnknown ? '  unknown to this version' : ''}`,
      )
    }
    laterMigrations(status)
    return status.some(isMissing) ? 1 : 0
  }
  // Copying goes on with the tables that it began with.
  await requireWhole(database.kysely)
  const applied = await database.withoutTimeouts(migrateToLatest)
  for (const name of applied) print(`Applied ${name}.`)
  if (applied.length === 0) print('The database is up to date.')
  return 0
}
