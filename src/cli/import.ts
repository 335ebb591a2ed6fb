import { parseArgs } from 'node:util'
import { isUnavailable } from '../system/failure-code.ts'
import { importApplicationsCommand, isOrigin, origins } from './import-applications.ts'
import type { ImportCommand } from './import-command.ts'
import { withoutControls } from './import-files.ts'
import { formats, isFormat } from './import-lines.ts'
import { importUsersCommand } from './import-users.ts'

export const usage = `Usage: latchkey import users FILE [--format csv|jsonl|keycloak] [--dry-run] [--no-events] [--report FILE]
       latchkey import applications FILE --from hydra|keycloak [--organization ID] [--first-party]
                       [--create-permissions] [--dry-run | --out FILE]

Users come from a table (CSV with a head), lines of JSON, or the export of a realm. Whoever is here already is passed
over, so an import that was interrupted is begun anew. Applications come from the export of another system; the file of
--out says which client ID each has now, and its secret. Nothing is written with --dry-run.`

const ofUsers = {
  format: { type: 'string' },
  report: { type: 'string' },
  'no-events': { type: 'boolean' },
} as const
const ofApplications = {
  from: { type: 'string' },
  out: { type: 'string' },
  organization: { type: 'string' },
  'first-party': { type: 'boolean' },
  'create-permissions': { type: 'boolean' },
} as const
const options = { 'dry-run': { type: 'boolean' }, ...ofUsers, ...ofApplications } as const

/** What was typed, read: how to begin, or what is wrong with it. It needs no store. */
export type ReadImport = ((command: ImportCommand) => Promise<number>) | string

/** @returns the exit code: 1 if something was refused. */
export const importCommand = async (
  begin: Exclude<ReadImport, string>,
  command: ImportCommand,
): Promise<number> => {
  // Of a file that others wrote: no line of it moves the cursor.
  const print = (line: string): void => command.print(withoutControls(line))
  try {
    return await begin({ ...command, print })
  } catch (error) {
    if (!(error instanceof Error && isUnavailable(error))) throw error
    command.print(
      `${error.message} Once that is mended, run the command again: what is here already is passed over.`,
    )
    return 1
  }
}

export const readImport = (args: readonly string[]): ReadImport => {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [what, file, ...others] = positionals
    if (what !== 'users' && what !== 'applications') return 'Say what to import: users or applications.'
    if (file === undefined) return 'Name the file that they are in.'
    if (others.length > 0) return `Name one file; there are ${others.length + 1}.`
    const foreign = Object.keys(what === 'users' ? ofApplications : ofUsers).find((name) => name in values)
    if (foreign !== undefined) return `--${foreign} is not for ${what}.`
    return what === 'users' ? readUsers(file, values) : readApplications(file, values)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // What follows the first sentence is about arguments that begin with a dash.
    const [sentence = ''] = error.message.split(/\.(?:\s|$)/)
    return `${sentence}.`
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

const readUsers = (file: string, values: Values): ReadImport => {
  const { format = /\.csv$/i.test(file) ? 'csv' : 'jsonl', report } = values
  if (!isFormat(format)) return `--format is one of ${formats.join(', ')}.`
  const wanted = {
    ...{ format, report },
    isDryRun: values['dry-run'] === true,
    withEvents: values['no-events'] !== true,
  }
  return (command) => importUsersCommand(file, wanted, command)
}

const readApplications = (file: string, values: Values): ReadImport => {
  const { from, out, organization: organizationId, 'dry-run': isDryRun = false } = values
  if (from === undefined) return 'Say what wrote the file: --from hydra or --from keycloak.'
  if (!isOrigin(from)) return `--from is one of ${origins.join(', ')}.`
  if (isDryRun && out !== undefined) return 'With --dry-run nothing is written, so there is no --out.'
  if (!isDryRun && out === undefined) {
    return 'Say where new client IDs and secrets are to be written: --out FILE; or --dry-run.'
  }
  const wanted = {
    ...{ from, out, isDryRun, organizationId },
    areFirstParty: values['first-party'] === true,
    createPermissions: values['create-permissions'] === true,
  }
  return (command) => importApplicationsCommand(file, wanted, command)
}
