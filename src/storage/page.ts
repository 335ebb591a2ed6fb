import { type SelectQueryBuilder, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** Which part of a collection is wanted. Cursors are IDs; those of ULIDs sort by time. */
export interface Page {
  /** At most so many. */
  readonly limit: number
  /** What precedes this ID, or follows it, in the order of the list. */
  readonly before?: string | undefined
  readonly after?: string | undefined
  /** By creation. */
  readonly order: 'asc' | 'desc'
}

export interface PageOfRows<Row> {
  readonly rows: Row[]
  /** Cursors of the pages beside this one; null where the collection ends. */
  readonly before: string | null
  readonly after: string | null
}

/**
 * Reads one page by its cursors, never by an offset: what is created or deleted meanwhile shifts nothing. `column` is
 * the ID by which the query is ordered, indexed and of the collection itself.
 */
export const pageRows = async <Tables extends keyof Schema, Row>(
  query: SelectQueryBuilder<Schema, Tables, Row>,
  column: string,
  idOf: (row: Row) => string,
  { limit, before, after, order }: Page,
): Promise<PageOfRows<Row>> => {
  const id = sql.ref(column)
  // Back from a cursor means reading away from it, and turning round what was found.
  const isBackward = before !== undefined && after === undefined
  const isAscending = (order === 'asc') !== isBackward
  const [earlier, later] = order === 'asc' ? [sql`<`, sql`>`] : [sql`>`, sql`<`]
  let bounded = query
  if (after !== undefined) bounded = bounded.where(sql<boolean>`${id} ${later} ${after}`)
  if (before !== undefined) bounded = bounded.where(sql<boolean>`${id} ${earlier} ${before}`)
  const found = await bounded
    .orderBy(isAscending ? sql`${id} asc` : sql`${id} desc`)
    // One more than wanted says whether there is another page.
    .limit(limit + 1)
    .execute()
  const hasMore = found.length > limit
  const rows = found.slice(0, limit)
  if (isBackward) rows.reverse()
  const [first, last] = [rows.at(0), rows.at(-1)]
  return {
    rows,
    before: first !== undefined && (isBackward ? hasMore : after !== undefined) ? idOf(first) : null,
    after: last !== undefined && (isBackward || hasMore) ? idOf(last) : null,
  }
}

/** The same page with each row as something else. */
export const mapPage = <Row, Mapped>(
  { rows, ...cursors }: PageOfRows<Row>,
  map: (row: Row) => Mapped,
): PageOfRows<Mapped> => ({ ...cursors, rows: rows.map(map) })
