import { sql } from 'kysely'
import type { Executor } from '../executor.ts'
import type { Table } from './tables.ts'

/** How much is read, sent and committed at once. */
export interface PartSize {
  readonly rows: number
  /** A part holds one row more than fits. */
  readonly bytes: number
}

export const STANDARD_PART: PartSize = { rows: 1_000, bytes: 4 * 1024 * 1024 }

/** The values of the columns of the table that are not generated, as text. */
export type TextRow = readonly (string | null)[]

/** The next rows behind that key, in the order of the primary key. */
export const readPart = async (
  source: Executor,
  table: Table,
  after: TextRow | undefined,
  size: PartSize,
): Promise<TextRow[]> => {
  const key = sql.join(table.key.map(({ name }) => sql.ref(name)))
  // By way of text, of which every type can be made: the driver would send each as it thinks best.
  const bounds = table.key.map(({ type }, place) => sql`${after?.[place]}::text::${sql.raw(type)}`)
  const { rows } = await sql<{ texts: TextRow }>`
    select array[${sql.join(written(table).map(({ name }) => sql`${sql.ref(name)}::text`))}] as texts
      from (select *, row_number() over by_key as place_in_part, sum(pg_column_size(whole.*)) over by_key as bytes_in_part
              from ${sql.table(table.name)} as whole
             where ${after ? sql`row(${key}) > row(${sql.join(bounds)})` : sql`true`}
            window by_key as (order by ${key} rows unbounded preceding)
             order by ${key} limit ${size.rows}) as part
     where place_in_part = 1 or bytes_in_part <= ${size.bytes}
     order by place_in_part`.execute(source)
  return rows.map(({ texts }) => texts)
}

/** The place of a row among those of its table, for `readPart`. */
export const keyOf = (table: Table, row: TextRow): TextRow => {
  const columns = written(table)
  return table.key.map(({ name }) => row[columns.findIndex((column) => column.name === name)] ?? null)
}

/** Writes rows as they are: nothing is announced, and nobody is sent the mail that waits among them twice. */
export const writePart = async (target: Executor, table: Table, rows: readonly TextRow[]): Promise<void> => {
  const columns = written(table)
  const names = sql.join(columns.map(({ name }) => sql.ref(name)))
  const aliases = sql.join(columns.map((_, place) => sql.ref(`c${place}`)))
  const values = sql.join(columns.map((_, place) => sql`${rows.map((row) => row[place] ?? null)}::text[]`))
  const casts = sql.join(columns.map(({ type }, place) => sql`${sql.ref(`c${place}`)}::${sql.raw(type)}`))
  await sql`alter table ${sql.table(table.name)} disable trigger user`.execute(target)
  await sql`insert into ${sql.table(table.name)} (${names})
    select ${casts} from unnest(${values}) as given (${aliases})`.execute(target)
  await sql`alter table ${sql.table(table.name)} enable trigger user`.execute(target)
}

const written = ({ columns }: Table) => columns.filter(({ isGenerated }) => !isGenerated)
