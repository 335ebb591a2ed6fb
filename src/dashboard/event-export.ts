import type { EventObject } from '../objects/event.ts'
import type { ListObject } from '../objects/list.ts'

export const exportFormats = {
  csv: { contentType: 'text/csv; charset=utf-8', extension: 'csv' },
  jsonl: { contentType: 'application/jsonl; charset=utf-8', extension: 'jsonl' },
} as const

export type ExportFormat = keyof typeof exportFormats

export const isExportFormat = (text: string): text is ExportFormat => Object.hasOwn(exportFormats, text)

/** Whoever wants more asks for parts of it, by time. */
export const MOST_EXPORTED = 10_000

const COLUMNS = [
  'id',
  'created_at',
  'event',
  'actor_type',
  'actor_id',
  'target_id',
  'organization_id',
  'data',
] as const

/** Line by line and page by page, so that no export is ever whole in memory. */
export async function* exportAs(
  format: ExportFormat,
  first: ListObject<EventObject>,
  pageAfter: (cursor: string) => Promise<ListObject<EventObject>>,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(COLUMNS)
  let exported = 0
  let page: ListObject<EventObject> | undefined = first
  while (page) {
    for (const event of page.data) {
      if (exported === MOST_EXPORTED) return
      exported += 1
      yield format === 'csv' ? csvLine(cellsOf(event)) : `${JSON.stringify(event)}\n`
    }
    const after: string | null = page.list_metadata.after
    page = after === null ? undefined : await pageAfter(after)
  }
}

const cellsOf = ({ id, created_at, event, context, data }: EventObject): readonly string[] => [
  id,
  created_at,
  event,
  context.actor.type,
  context.actor.id,
  context.target_id ?? '',
  context.organization_id ?? '',
  JSON.stringify(data),
]

/** RFC 4180. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

/** OWASP, CSV injection: a cell that begins so is a formula to spreadsheets, which an apostrophe keeps it from being. */
const FORMULA = /^[=+\-@\t\r]/

const csvCell = (text: string): string => {
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
