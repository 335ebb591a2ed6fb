import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { type ImportedLine, type ImportedResult, importUsers } from '../importing/import-users.ts'
import { columns, userOfRow } from '../importing/imported-user.ts'
import { keycloakRealmSchema, userOfKeycloak } from '../importing/keycloak.ts'
import { type ImportCommand, OPERATOR } from './import-command.ts'
import { openResults, parsedLine, readExport, sizeOf, unreadable } from './import-files.ts'
import { createReadingProgress } from './reading-progress.ts'

/** One transaction each. */
const BATCH = 200

/** Shown of what is to be told; the rest is in the report. */
const SHOWN = 10

const formats = ['csv', 'jsonl', 'keycloak'] as const
type Format = (typeof formats)[number]
export const isFormat = (text: string): text is Format => (formats as readonly string[]).includes(text)

/** @returns the exit code: 1 if somebody was refused. */
export const importUsersCommand = async (
  file: string,
  wanted: {
    readonly format: Format
    readonly report: string | undefined
    readonly isDryRun: boolean
    readonly withEvents: boolean
  },
  { print, transaction, clock, random }: ImportCommand,
): Promise<number> => {
  const { isDryRun, withEvents } = wanted
  const size = await sizeOf(file)
  const report = wanted.report === undefined ? undefined : await openResults(wanted.report, 'w', file)
  const progress = createReadingProgress(print, size)
  const counts = { created: 0, exists: 0, passed_over: 0, refused: 0, withoutPassword: 0, told: 0 }
  const take = async (batch: readonly ImportedLine[]): Promise<void> => {
    const importing = { transaction, clock, random, actor: OPERATOR, isDryRun, withEvents }
    for (const result of await importUsers(importing, batch)) {
      counts[result.outcome] += 1
      if (result.outcome === 'created' && result.without_password !== undefined) counts.withoutPassword += 1
      const told = toldOf(result)
      if (told !== undefined && ++counts.told <= SHOWN) progress.say(told)
      if (told !== undefined || result.outcome === 'passed_over') {
        await report?.appendFile(`${JSON.stringify(result)}\n`)
      }
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
  const { created, exists, passed_over: passedOver, refused, withoutPassword, told } = counts
  const bare = withoutPassword > 0 ? ` (${withoutPassword} of them without their password)` : ''
  print(
    [
      `${isDryRun ? 'Would be created' : 'Created'}: ${created}${bare}.`,
      `Here already: ${exists}.`,
      ...(passedOver > 0 ? [`Accounts of services passed over: ${passedOver}.`] : []),
      `Refused: ${refused}.`,
      ...(told > SHOWN ? [`Above are the first ${SHOWN} of ${told} lines.`] : []),
    ].join(' '),
  )
  return refused > 0 ? 1 : 0
}

/** Undefined: as it should be. */
const toldOf = (result: ImportedResult): string | undefined => {
  const who = `Line ${result.line}${result.email === undefined ? '' : ` (${result.email})`}`
  if (result.outcome === 'refused') {
    return `${who}: ${result.field === undefined ? '' : `${result.field} `}${result.reason}.`
  }
  return result.outcome === 'created' && result.without_password !== undefined
    ? `${who}: comes without a password: ${result.without_password}.`
    : undefined
}

async function* linesOf(
  file: string,
  format: Format,
  wasRead: (bytes: number) => void,
): AsyncGenerator<ImportedLine> {
  try {
    yield* unguardedLinesOf(file, format, wasRead)
  } catch (error) {
    unreadable(file, error)
  }
}

async function* unguardedLinesOf(
  file: string,
  format: Format,
  wasRead: (bytes: number) => void,
): AsyncGenerator<ImportedLine> {
  if (format === 'keycloak') {
    const realm = await readExport(file, keycloakRealmSchema, 'a realm of Keycloak')
    let line = 0
    for (const user of realm.users ?? []) yield { line: ++line, ...userOfKeycloak(user) }
    return
  }
  const stream = createReadStream(file)
  stream.on('data', (chunk) => wasRead(chunk.length))
  if (format === 'csv') {
    const rows = parse({
      columns: knownColumns,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      relax_column_count: false,
    })
    // What fails on either side is heard where the rows are read.
    pipeline(stream, rows, () => {})
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
      ? 'there is no column email'
      : `there is a column ${unknown}, and these are known: ${columns.join(', ')}`,
  )
}
