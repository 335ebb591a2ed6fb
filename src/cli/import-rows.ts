import { parse } from 'csv-parse/sync'
import { type FileLine, utf8In } from './import-files.ts'

/** A row of a table (RFC 4180), which may go over several lines. */
export type Row = {
  /** Where it begins. */
  readonly line: number
  readonly bytes: number
} & ({ readonly cells: readonly string[] } | { readonly fault: string })

/** What no row needs, so that a quote too many does not take the rest of the file for one. */
const MOST_LINES = 1000

/** One that cannot be read keeps back no other one: of its lines only the first is lost. */
export async function* rowsOf(lines: AsyncGenerator<FileLine>): AsyncGenerator<Row> {
  const ahead: FileLine[] = []
  const next = async (): Promise<FileLine | undefined> => ahead.shift() ?? (await lines.next()).value
  for (let first = await next(); first; first = await next()) {
    if (first.latin1.trim() === '') continue
    const others: FileLine[] = []
    let isOpen = leavesOpen(first)
    while (isOpen && others.length < MOST_LINES) {
      const other = await next()
      if (!other) break
      others.push(other)
      isOpen = !leavesOpen(other)
    }
    const { number: line } = first
    const cells = isOpen ? undefined : cellsOf([first, ...others])
    if (cells === undefined) {
      ahead.unshift(...others)
      yield { line, bytes: first.bytes, fault: 'has quotes that do not match' }
      continue
    }
    const bytes = others.reduce((sum, other) => sum + other.bytes, first.bytes)
    yield cells === 'no text' ? { line, bytes, fault: 'is not UTF-8' } : { line, bytes, cells }
  }
}

/** RFC 4180 §2: a quote that belongs to a cell is doubled, so of whole rows there is an even number. */
const leavesOpen = ({ latin1 }: FileLine): boolean => latin1.split('"').length % 2 === 0

/** Undefined: its quotes are not where they may be. */
const cellsOf = (lines: readonly FileLine[]): readonly string[] | 'no text' | undefined => {
  const text = utf8In(lines.map(({ latin1 }) => latin1).join('\n'))
  if (text === undefined) return 'no text'
  try {
    const rows = parse(text, { trim: true, relax_column_count: true, record_delimiter: '\n' })
    return rows.length === 1 ? rows[0] : undefined
  } catch {
    return undefined
  }
}
