import { sql } from 'kysely'
import type { Executor } from '../executor.ts'

/** A table as its catalogue has it, with what it takes to copy and compare its rows as text. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** Of the primary key, in its order. */
  readonly key: readonly Column[]
}

export interface Column {
  readonly name: string
  /** As a cast has it: `timestamp with time zone`, `text[]`. */
  readonly type: string
  /** Made from the others by the database. */
  readonly isGenerated: boolean
}

/** What Kysely keeps its own books in: the target has them from its own migrations. */
const BOOKS = 'kysely_%'

/**
 * Every table of the schema, so that none that a later migration adds is forgotten.
 *
 * @throws if one has no primary key, by which it is copied in parts.
 */
export const tablesOf = async (db: Executor): Promise<Table[]> => {
  const { rows } = await sql<{
    name: string
    columns: readonly Column[]
    key: readonly string[] | null
  }>`
    select class.relname as name,
           (select json_agg(json_build_object(
                     'name', attname,
                     'type', format_type(atttypid, atttypmod),
                     'isGenerated', attgenerated <> '') order by attnum)
              from pg_catalog.pg_attribute
             where attrelid = class.oid and attnum > 0 and not attisdropped) as columns,
           (select json_agg(attribute.attname order by part.place)
              from pg_catalog.pg_constraint key,
                   unnest(key.conkey) with ordinality as part (number, place),
                   pg_catalog.pg_attribute attribute
             where key.conrelid = class.oid and key.contype = 'p'
               and attribute.attrelid = class.oid and attribute.attnum = part.number) as key
      from pg_catalog.pg_class class
     where class.relkind = 'r' and class.relnamespace = current_schema()::regnamespace
       and class.relname not like ${BOOKS}
     order by class.relname`.execute(db)
  return rows.map(({ name, columns, key }) => {
    const keyed = (key ?? []).flatMap((column) => columns.find((one) => one.name === column) ?? [])
    if (keyed.length === 0) throw new Error(`The table ${name} has no primary key.`)
    return { name, columns, key: keyed }
  })
}

/** A foreign key: by these it is dropped, and made again. */
export interface Reference {
  readonly table: string
  readonly name: string
  /** `FOREIGN KEY (…) REFERENCES …` */
  readonly definition: string
}

export const referencesOf = async (db: Executor): Promise<Reference[]> => {
  const { rows } = await sql<Reference>`
    select class.relname as "table", reference.conname as name, pg_get_constraintdef(reference.oid) as definition
      from pg_catalog.pg_constraint reference
      join pg_catalog.pg_class class on class.oid = reference.conrelid
     where reference.contype = 'f' and class.relnamespace = current_schema()::regnamespace
     order by class.relname, reference.conname`.execute(db)
  return rows
}

/** Both sides write every value as the same text, whatever their server or its operator has set. */
export const writeTextAlike = async (db: Executor): Promise<void> => {
  const settings = { TimeZone: 'UTC', DateStyle: 'ISO, YMD', IntervalStyle: 'postgres', bytea_output: 'hex' }
  for (const [name, value] of Object.entries({ ...settings, extra_float_digits: '1' })) {
    await sql`select set_config(${name}, ${value}, false)`.execute(db)
  }
}

/** What two tables with the same rows have in common, in whatever order these are. */
export interface Sum {
  readonly rows: number
  readonly checksum: string
}

/** The sum of the MD5 of all rows, in two halves: it is to find what was lost or changed, and nobody forges rows here. */
export const sumOf = async (db: Executor, { name, columns }: Table): Promise<Sum> => {
  const texts = sql.join(columns.map((column) => sql`${sql.ref(column.name)}::text`))
  const half = (from: number) =>
    sql`coalesce(sum(('x' || substr(hash, ${sql.lit(from)}, 16))::bit(64)::bigint::numeric), 0)::text`
  const { rows } = await sql<{ rows: string; checksum: string }>`
    select count(*)::text as rows, ${half(1)} || ':' || ${half(17)} as checksum
      from (select md5(row(${texts})::text) as hash from ${sql.table(name)}) as hashed`.execute(db)
  const [sum] = rows
  return { rows: Number(sum?.rows), checksum: sum?.checksum ?? '' }
}
