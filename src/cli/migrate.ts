import type { Database } from '../storage/database.ts'
import { migrateToLatest, migrationStatus } from '../storage/migrator.ts'

/** `latchkey migrate [--status]`. @returns the exit code: 1 if --status finds something missing. */
export const migrateCommand = async (
  args: readonly string[],
  { database, print }: { readonly database: Database; readonly print: (line: string) => void },
): Promise<number> => {
  if (args.some((argument) => argument !== '--status')) {
    print('Usage: latchkey migrate [--status]')
    return 2
  }
  if (args.length > 0) {
    const status = await migrationStatus(database.kysely)
    for (const { name, appliedAt } of status) print(`${name}  ${appliedAt?.toISOString() ?? 'missing'}`)
    return status.every(({ appliedAt }) => appliedAt !== undefined) ? 0 : 1
  }
  const applied = await migrateToLatest(database.kysely)
  for (const name of applied) print(`Applied ${name}.`)
  if (applied.length === 0) print('The database is up to date.')
  return 0
}
