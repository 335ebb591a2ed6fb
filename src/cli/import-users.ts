import { type ImportedLine, type ImportedResult, importUsers } from '../importing/import-users.ts'
import { sentenceOf } from '../importing/read-entry.ts'
import { type ImportCommand, OPERATOR } from './import-command.ts'
import { openResults, sizeOf } from './import-files.ts'
import { type Format, linesOf } from './import-lines.ts'
import { createReadingProgress } from './reading-progress.ts'

/** One transaction each. */
const BATCH = 200

/** Shown of what is to be told; the rest is in the report. */
const SHOWN = 10

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
  await sizeOf(file)
  const report = wanted.report === undefined ? undefined : await openResults(wanted.report, 'w', file)
  const progress = createReadingProgress(print)
  const counts = { created: 0, exists: 0, passed_over: 0, refused: 0, withoutPassword: 0, told: 0 }
  const seen = { lines: new Map<string, number>(), externalIds: new Set<string>() }
  const importing = { transaction, clock, random, actor: OPERATOR, isDryRun, withEvents, seen }
  const take = async (batch: readonly ImportedLine[]): Promise<void> => {
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
    for await (const { line, share } of linesOf(file, wanted.format)) {
      batch.push(line)
      if (batch.length < BATCH) continue
      await take(batch)
      progress.reach(share)
      batch = []
    }
    if (batch.length > 0) await take(batch)
  } finally {
    progress.end()
    await report?.close()
    // Also of an import that came to no end: so many are here.
    print(summaryOf(counts, isDryRun))
  }
  return counts.refused > 0 ? 1 : 0
}

type Counts = Readonly<Record<ImportedResult['outcome'] | 'withoutPassword' | 'told', number>>

const summaryOf = (
  { created, exists, passed_over: passedOver, refused, withoutPassword, told }: Counts,
  isDryRun: boolean,
): string => {
  const bare = withoutPassword > 0 ? ` (${withoutPassword} of them without their password)` : ''
  return [
    `${isDryRun ? 'Would be created' : 'Created'}: ${created}${bare}.`,
    `Here already: ${exists}.`,
    ...(passedOver > 0 ? [`Accounts of services passed over: ${passedOver}.`] : []),
    `Refused: ${refused}.`,
    ...(told > SHOWN ? [`Above are the first ${SHOWN} of ${told} lines.`] : []),
  ].join(' ')
}

/** Undefined: as it should be. */
const toldOf = (result: ImportedResult): string | undefined => {
  const who = `Line ${result.line}${result.email === undefined ? '' : ` (${result.email})`}`
  if (result.outcome === 'refused') return `${who}: ${sentenceOf(result)}.`
  return result.outcome === 'created' && result.without_password !== undefined
    ? `${who}: comes without a password: ${result.without_password}.`
    : undefined
}
