import { parseArgs } from 'node:util'
import { importApplicationsCommand } from './import-applications.ts'
import type { ImportCommand } from './import-command.ts'
import { isFormat } from './import-lines.ts'
import { importUsersCommand } from './import-users.ts'

export const usage = `Usage: latchkey import users FILE [--format csv|jsonl|keycloak] [--dry-run] [--no-events] [--report FILE]
       latchkey import applications FILE --from hydra|keycloak [--organization ID] [--first-party]
                       [--create-permissions] [--dry-run | --out FILE]

Users come from a table (CSV with a head), lines of JSON, or the export of a realm. Whoever is here already is passed
over, so an import that was interrupted is begun anew. Applications come from the export of another system; the file of
--out says which client ID each has now, and its secret. Nothing is written with --dry-run.`

const options = {
  format: { type: 'string' },
  from: { type: 'string' },
  report: { type: 'string' },
  out: { type: 'string' },
  organization: { type: 'string' },
  'first-party': { type: 'boolean', default: false },
  'create-permissions': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  'no-events': { type: 'boolean', default: false },
} as const

/** @returns the exit code: 1 if something was refused. */
export const importCommand = async (args: readonly string[], command: ImportCommand): Promise<number> => {
  const parsed = read(args)
  const [what, file] = parsed?.positionals ?? []
  if (parsed && what === 'users' && file !== undefined) {
    const { format = formatOf(file), report, 'dry-run': isDryRun, 'no-events': isQuiet } = parsed.values
    if (isFormat(format))
      return importUsersCommand(file, { format, report, isDryRun, withEvents: !isQuiet }, command)
  }
  if (parsed && what === 'applications' && file !== undefined) {
    const { from, out, organization, 'dry-run': isDryRun } = parsed.values
    if ((from === 'hydra' || from === 'keycloak') && isDryRun === (out === undefined)) {
      return importApplicationsCommand(
        file,
        {
          ...{ from, out, isDryRun, organizationId: organization },
          areFirstParty: parsed.values['first-party'],
          createPermissions: parsed.values['create-permissions'],
        },
        command,
      )
    }
  }
  command.print(usage)
  return 2
}

const read = (args: readonly string[]) => {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true })
    return parsed.positionals.length === 2 ? parsed : undefined
  } catch {
    return undefined
  }
}

const formatOf = (file: string): string => (/\.csv$/i.test(file) ? 'csv' : 'jsonl')
