import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { parse } from 'csv-parse'
import { applicationsOfHydra, hydraClientsSchema } from '../importing/hydra.ts'
import { importApplication } from '../importing/import-applications.ts'
import { type ImportedLine, type ImportedResult, importUsers } from '../importing/import-users.ts'
import { columns, userOfRow } from '../importing/imported-user.ts'
import { applicationsOfKeycloak, keycloakRealmSchema, userOfKeycloak } from '../importing/keycloak.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import { createReadingProgress } from './reading-progress.ts'

export interface ImportCommand {
  readonly print: (line: string) => void
  readonly transaction: Transaction
  readonly clock: Clock
  readonly random: Random
}

export const usage = `Usage: latchkey import users FILE [--format csv|jsonl|keycloak] [--dry-run] [--no-events] [--report FILE]
       latchkey import applications FILE --from hydra|keycloak [--organization ID] [--first-party]
                       [--create-permissions] [--dry-run | --out FILE]

Users come from a table (CSV with a head), lines of JSON, or the export of a realm. Whoever is here already is passed
over, so an import that was interrupted is begun anew. Applications come from the export of another system; the file of
--out says which client ID each has now, and its secret. Nothing is written with --dry-run.`

const OPERATOR = { type: 'operator' } as const

/** One transaction each. */
const BATCH = 200

/** Shown of what was refused; the rest is in the report. */
const SHOWN = 10

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
    if (isFormat(format)) return users(command, file, { format, report, isDryRun, withEvents: !isQuiet })
  }
  if (parsed && what === 'applications' && file !== undefined) {
    const { from, out, organization, 'dry-run': isDryRun } = parsed.values
    if ((from === 'hydra' || from === 'keycloak') && (isDryRun || out !== undefined)) {
      return applications(command, file, {
        ...{ from, out, isDryRun, organizationId: organization },
        areFirstParty: parsed.values['first-party'],
        createPermissions: parsed.values['create-permissions'],
      })
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

const formats = ['csv', 'jsonl', 'keycloak'] as const
type Format = (typeof formats)[number]
const isFormat = (text: string): text is Format => (formats as readonly string[]).includes(text)
const formatOf = (file: string): string => (/\.csv$/i.test(file) ? 'csv' : 'jsonl')

const users = async (
  { print, transaction, clock, random }: ImportCommand,
  file: string,
  wanted: {
    readonly format: Format
    readonly report: string | undefined
    readonly isDryRun: boolean
    readonly withEvents: boolean
  },
): Promise<number> => {
  const { isDryRun, withEvents } = wanted
  const { size } = await stat(file)
  const report = wanted.report === undefined ? undefined : await open(wanted.report, 'w', 0o600)
  const progress = createReadingProgress(print, size)
  const counts = { created: 0, exists: 0, refused: 0 }
  const take = async (batch: readonly ImportedLine[]): Promise<void> => {
    const importing = { transaction, clock, random, actor: OPERATOR, isDryRun, withEvents }
    for (const result of await importUsers(importing, batch)) {
      counts[result.outcome] += 1
      if (result.outcome !== 'refused') continue
      if (counts.refused <= SHOWN) progress.say(refusalLine(result))
      await report?.write(`${JSON.stringify(result)}\n`)
    }
  }
  try {
    let batch: ImportedLine[] = []
    for await (const line of linesOf(file, wanted.format, progress.read)) {
      batch.push(line)
      if (batch.length < BATCH) continue
      await take(batch)
      batch = []
    }
    if (batch.length > 0) await take(batch)
  } finally {
    progress.end()
    await report?.close()
  }
  const { created, exists, refused } = counts
  print(
    `${isDryRun ? 'Would be created' : 'Created'}: ${created}. Here already: ${exists}. Refused: ${refused}${refused > SHOWN ? ` (${SHOWN} of them above)` : ''}.`,
  )
  return refused > 0 ? 1 : 0
}

const refusalLine = ({ line, email, ...result }: ImportedResult): string => {
  const { field, reason } = result as Extract<ImportedResult, { outcome: 'refused' }>
  return `Line ${line}${email === undefined ? '' : ` (${email})`}: ${field === undefined ? '' : `${field} `}${reason}.`
}

async function* linesOf(
  file: string,
  format: Format,
  wasRead: (bytes: number) => void,
): AsyncGenerator<ImportedLine> {
  if (format === 'keycloak') {
    const realm = keycloakRealmSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    let line = 0
    for (const user of realm.users ?? []) yield { line: ++line, ...userOfKeycloak(user) }
    return
  }
  const stream = createReadStream(file)
  stream.on('data', (chunk) => wasRead(chunk.length))
  if (format === 'csv') {
    const rows = stream.pipe(
      parse({
        columns: knownColumns,
        bom: true,
        trim: true,
        skip_empty_lines: true,
        info: true,
        relax_column_count: false,
      }),
    )
    for await (const { record, info } of rows as AsyncIterable<{
      readonly record: Readonly<Record<string, string>>
      readonly info: { readonly lines: number }
    }>) {
      yield { line: info.lines, user: userOfRow(record) }
    }
    return
  }
  let line = 0
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1
    if (text.trim() !== '') yield { line, user: parsedLine(text) }
  }
}

/** A column that nobody knows is a mistake better told before than after. */
const knownColumns = (head: readonly string[]): string[] => {
  const unknown = head.find((name) => !(columns as readonly string[]).includes(name))
  if (unknown === undefined && head.includes('email')) return [...head]
  throw new Error(
    unknown === undefined
      ? 'The table has no column email.'
      : `The table has a column ${unknown}; there are ${columns.join(', ')}.`,
  )
}

const parsedLine = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const applications = async (
  { print, transaction, clock, random }: ImportCommand,
  file: string,
  wanted: {
    readonly from: 'hydra' | 'keycloak'
    readonly out: string | undefined
    readonly isDryRun: boolean
    readonly organizationId: string | undefined
    readonly areFirstParty: boolean
    readonly createPermissions: boolean
  },
): Promise<number> => {
  const { from, out, ...importing } = wanted
  const exported: unknown = JSON.parse(await readFile(file, 'utf8'))
  const foreign =
    from === 'hydra'
      ? applicationsOfHydra(hydraClientsSchema.parse(exported))
      : applicationsOfKeycloak(keycloakRealmSchema.parse(exported))
  const done = out === undefined ? new Set<string>() : await alreadyDone(out)
  // Opened before anything is made: a secret that cannot be written down would be lost.
  const results = out === undefined ? undefined : await open(out, 'a', 0o600)
  const counts = { created: 0, exists: 0, refused: 0 }
  try {
    for (const one of foreign) {
      if (done.has(one.oldClientId)) {
        counts.exists += 1
        continue
      }
      const result = await importApplication(
        { ...importing, transaction, clock, random, actor: OPERATOR },
        one,
      )
      counts[result.outcome] += 1
      if (result.outcome === 'refused') print(`${result.old_client_id}: ${result.reason}.`)
      else for (const note of result.notes) print(`${result.old_client_id}: ${note}.`)
      await results?.write(`${JSON.stringify(result)}\n`)
    }
    await results?.sync()
  } finally {
    await results?.close()
  }
  print(
    `${wanted.isDryRun ? 'Would be created' : 'Created'}: ${counts.created}. Done before: ${counts.exists}. Refused: ${counts.refused}.`,
  )
  return counts.refused > 0 ? 1 : 0
}

/** Old client IDs that the file of an earlier run says were made. */
const alreadyDone = async (out: string): Promise<ReadonlySet<string>> => {
  const text = await readFile(out, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  return new Set(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(parsedLine)
      .flatMap((line) =>
        typeof line === 'object' && line !== null && 'outcome' in line && line.outcome === 'created'
          ? [String((line as { readonly old_client_id?: unknown }).old_client_id)]
          : [],
      ),
  )
}
