import { type SelectQueryBuilder, sql } from 'kysely'
import type { Executor } from './executor.ts'
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
  page: Page,
): Promise<PageOfRows<Row>> => pageOf(await firstOf(query, column, page).execute(), idOf, page)

/**
 * The same for what several queries find together, each of which has an index for its own order; `column` is a bare
 * name that all of them select.
 */
export const pageRowsOfAll = async <Tables extends keyof Schema, Row>(
  db: Executor,
  queries: readonly SelectQueryBuilder<Schema, Tables, Row>[],
  column: string,
  idOf: (row: Row) => string,
  page: Page,
): Promise<PageOfRows<Row>> => {
  const each = queries.map((query) => sql`(${firstOf(query, column, page)})`)
  const { rows } = await sql<Row>`
    select * from (${sql.join(each, sql` union all `)}) as found
     order by ${sql.ref(column)} ${directionOf(page)} limit ${page.limit + 1}`.execute(db)
  return pageOf(rows, idOf, page)
}

/** Back from a cursor means reading away from it, and turning round what was found. */
const isBackward = ({ before, after }: Page): boolean => before !== undefined && after === undefined

const directionOf = (page: Page) => ((page.order === 'asc') !== isBackward(page) ? sql`asc` : sql`desc`)

/** The first rows from the cursor on: one more than wanted, which says whether there is another page. */
const firstOf = <Tables extends keyof Schema, Row>(
  query: SelectQueryBuilder<Schema, Tables, Row>,
  column: string,
  page: Page,
): SelectQueryBuilder<Schema, Tables, Row> => {
  const { limit, before, after, order } = page
  const id = sql.ref(column)
  const [earlier, later] = order === 'asc' ? [sql`<`, sql`>`] : [sql`>`, sql`<`]
  let bounded = query
  if (after !== undefined) bounded = bounded.where(sql<boolean>`${id} ${later} ${after}`)
  if (before !== undefined) bounded = bounded.where(sql<boolean>`${id} ${earlier} ${before}`)
  return bounded.orderBy(sql`${id} ${directionOf(page)}`).limit(limit + 1)
}

const pageOf = <Row>(found: readonly Row[], idOf: (row: Row) => string, page: Page): PageOfRows<Row> => {
  const { limit, after } = page
  const backward = isBackward(page)
  const hasMore = found.length > limit
  const rows = found.slice(0, limit)
  if (backward) rows.reverse()
  const [first, last] = [rows.at(0), rows.at(-1)]
  return {
    rows,
    before: first !== undefined && (backward ? hasMore : after !== undefined) ? idOf(first) : null,
    after: last !== undefined && (backward || hasMore) ? idOf(last) : null,
  }
}

/** The same page with each row as something else. */
export const mapPage = <Row, Mapped>(
  { rows, ...cursors }: PageOfRows<Row>,
  map: (row: Row) => Mapped,
): PageOfRows<Mapped> => ({ ...cursors, rows: rows.map(map) })
