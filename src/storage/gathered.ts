import { type Expression, type Insertable, type QueryCreator, type RawBuilder, sql } from 'kysely'
import { isUnavailable } from '../system/failure-code.ts'
import { wasRolledBack } from './connection-failure.ts'
import type { Executor } from './executor.ts'
import { gathering } from './gathering.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'
import { keptQuery, type Markable, type PlaceOf, statement } from './statement.ts'

/*
 * Statements of hot paths that are sent for several requests at once (gathering.ts): their values travel as one array a
 * place.
 */

/** The types of the database that values of a type may have there. */
type TypeOf<Value> = [NonNullable<Value>] extends [Date]
  ? 'timestamptz'
  : [NonNullable<Value>] extends [boolean]
    ? 'boolean'
    : [NonNullable<Value>] extends [string]
      ? 'text' | 'jsonb'
      : [NonNullable<Value>] extends [readonly string[]]
        ? 'text[]'
        : never

export type TypesOf<Values> = { readonly [Name in keyof Values & string]: TypeOf<Values[Name]> }

/** A value of each asker, by the names of the places. */
type Columns<Values> = { readonly [Name in keyof Values]: readonly unknown[] }

const columnsOf = <Values extends object>(
  types: TypesOf<Values>,
  askers: readonly Values[],
): Columns<Values> =>
  Object.fromEntries(
    namesOf(types).map((name) => [name, askers.map((values) => elementOf(values[name]))]),
  ) as { readonly [Name in keyof Values]: unknown[] }

/** An array in an array would be a second dimension, and all would have to be of one length: so it is sent as its text. */
const elementOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? `{${value.map((item) => `"${String(item).replace(/[\\"]/g, '\\$&')}"`).join()}}`
    : value

/** What was rolled back can be asked again. */
const isOutcomeUnknown = (error: unknown): boolean => isUnavailable(error) && !wasRolledBack(error)

/** What a place is in a statement about many. */
const columnOf = <Values>(types: TypesOf<Values>, name: keyof Values & string): RawBuilder<never> =>
  types[name] === 'text[]' ? sql`${sql.ref(`asked.${name}`)}::text[]` : sql`${sql.ref(`asked.${name}`)}`

const namesOf = <Values>(types: TypesOf<Values>): (keyof Values & string)[] =>
  Object.keys(types) as (keyof Values & string)[]

const arrayOf = <Values>(
  types: TypesOf<Values>,
  place: PlaceOf<Columns<Values>>,
  name: keyof Values & string,
): RawBuilder<unknown> =>
  // Arrays are sent as their text.
  sql`${place(name)}::${sql.raw(types[name] === 'text[]' ? 'text' : types[name])}[]`

/**
 * The askers as a table: a column a place, and the place of each among them, from 1. The limit takes all of them; but a planner
 * that is not told how many thinks of one. So it goes by an index, also while there is little in a table, whatever comes
 * before it plans anew; and what is planned once seems no dearer to it than to plan each time for as many as there are.
 */
const asked = <Values>(types: TypesOf<Values>, place: PlaceOf<Columns<Values>>): RawBuilder<unknown> => {
  const names = namesOf(types)
  const [first] = names
  if (first === undefined) throw new TypeError('There is nothing to go by.')
  const arrays = names.map((name) => arrayOf(types, place, name))
  const columns = [...names, 'asker'].map((name) => sql.id(name))
  return sql`(select * from unnest(${sql.join(arrays)}) with ordinality as one(${sql.join(columns)})
    limit cardinality(${arrayOf(types, place, first)})) as asked`
}

/** What the query builder makes of a query may stand in another one. */
type Query<Row> = Markable<Row> & Expression<unknown>

/**
 * The first row of a query that reads, for one request or many.
 *
 * @param types of the places.
 * @param build as for `statement`. It may be given columns in place of values; the limit keeps the database at looking for
 *   each asker by itself, by an index, instead of at everything for all of them.
 */
export const gatheredReading = <Values extends object, Row extends object>(
  types: NoInfer<TypesOf<Values>>,
  build: (db: Executor, place: PlaceOf<Values>) => Query<Row>,
): ((db: Executor, values: Values) => Promise<Row | undefined>) => {
  const alone = statement(build)
  const together = keptQuery((db, place: PlaceOf<Columns<Values>>) => {
    const query = build(db, (name) => columnOf(types, name))
    return sql<Row & { readonly asker: string }>`select asked.asker, found.*
      from ${asked(types, place)} cross join lateral (${query} limit 1) as found ${prepared}`.compile(db)
  })
  return gathering<Values, Row | undefined>({
    alone: alone.first,
    together: async (db, askers) =>
      byAsker(askers, (await together(db, columnsOf(types, askers))).rows) as unknown as (Row | undefined)[],
    isFinal: () => true,
    isFailureOfAll: isUnavailable,
  })
}

/**
 * Inserts of one row, for one request or many. Of rows with the same key, inserted at once or later, exactly one is.
 *
 * @param types of the columns.
 * @param key the column by which a row is told from others.
 * @param order the column in whose order they go, so that who waits for rows of the same kind waits in one direction alone:
 *   that of the key, unless what rows refer to is locked by others, in its order.
 * @returns whether it was inserted.
 */
export const gatheredInsertion = <
  Table extends keyof Schema & string,
  Column extends keyof Insertable<Schema[Table]> & string,
>(
  table: Table,
  types: TypesOf<Pick<Insertable<Schema[Table]>, Column>>,
  key: NoInfer<TextColumn<Insertable<Schema[Table]>, Column>>,
  order: NoInfer<Column> = key,
): ((db: Executor, values: Pick<Insertable<Schema[Table]>, Column>) => Promise<boolean>) => {
  type Values = Pick<Insertable<Schema[Table]>, Column>
  const names = namesOf(types)
  const insert = sql`insert into ${sql.id(table)} (${sql.join(names.map((name) => sql.id(name)))})`
  const unlessKnown = sql`on conflict (${sql.id(key)}) do nothing returning ${sql.id(key)} as key ${prepared}`
  const alone = keptQuery((db, place: PlaceOf<Values>) =>
    sql<{ readonly key: unknown }>`${insert} values (${sql.join(names.map(place))}) ${unlessKnown}`.compile(
      db,
    ),
  )
  const together = keptQuery((db, place: PlaceOf<Columns<Values>>) =>
    sql<{ readonly key: unknown }>`${insert}
      select ${sql.join(names.map((name) => columnOf(types, name)))} from ${asked(types, place)}
       order by ${sql.ref(`asked.${order}`)} ${unlessKnown}`.compile(db),
  )
  return gathering<Values, boolean>({
    alone: async (db, values) => (await alone(db, values)).rows.length > 0,
    together: async (db, askers) => {
      const { rows } = await together(db, columnsOf(types, askers))
      const inserted = new Set(rows.map((row) => row.key))
      // Of two that show the same, the second is not the first.
      return askers.map((values) => inserted.delete(values[key]))
    },
    isFinal: () => true,
    isFailureOfAll: isOutcomeUnknown,
  })
}

/** Values of which are equal when they look so. */
type TextColumn<Row, Column extends keyof Row> = {
  [Name in Column]: Row[Name] extends string ? Name : never
}[Column]

/** Beside the tables of the schema: the askers, told from each other by `asker`. */
export type WithAskers = Schema & { asked: { readonly asker: string } }

/**
 * A change that is its own proof, for one request or many. Of two askers whose change is of the same row one has it made,
 * as if they came one after the other. Nobody waits for a row that somebody else asks for: who asks for one that is locked asks
 * by itself.
 *
 * @param changed the row, by its key and the place that holds it; undefined if none is changed, but only inserted.
 * @param types of the places.
 * @param build makes the query of `asked`, which it joins; places are its columns. What it returns has the asker it is
 *   for.
 */
export const gatheredChange = <Values extends object, Row extends { readonly asker: string }>(
  changed: NoInfer<ChangedRow<Values>> | undefined,
  types: NoInfer<TypesOf<Values>>,
  build: (db: QueryCreator<WithAskers>, place: PlaceOf<Values>) => Markable<Row>,
): ((db: Executor, values: Values) => Promise<Omit<Row, 'asker'> | undefined>) => {
  const running = (free: RawBuilder<unknown>) =>
    keptQuery((db, place: PlaceOf<Columns<Values>>) =>
      build(
        db.with(
          'asked',
          () => sql<{ readonly asker: string }>`(select asked.* from ${asked(types, place)} ${free})`,
        ),
        (name) => columnOf(types, name),
      )
        .modifyEnd(prepared)
        .compile(),
    )
  const alone = running(sql``)
  const together = running(changed === undefined ? sql`` : freeRow(changed))
  return gathering<Values, Omit<Row, 'asker'> | undefined>({
    alone: async (db, values) => byAsker([values], (await alone(db, columnsOf(types, [values]))).rows)[0],
    together: async (db, askers) => byAsker(askers, (await together(db, columnsOf(types, askers))).rows),
    // Else there is no such row, or it was locked, or another asker had it.
    isFinal: (row) => row !== undefined,
    isFailureOfAll: isOutcomeUnknown,
  })
}

export interface ChangedRow<Values> {
  readonly table: keyof Schema & string
  readonly key: string
  readonly place: keyof Values & string
}

/** The row of each asker, unless somebody holds it. */
const freeRow = <Values>({ table, key, place }: ChangedRow<Values>): RawBuilder<unknown> =>
  sql`cross join lateral (select from ${sql.id(table)} as changed where ${sql.ref(`changed.${key}`)} = ${sql.ref(`asked.${place}`)}
    for no key update skip locked) as free`

/** The first row of each. */
const byAsker = <Row extends { readonly asker: string }>(
  askers: readonly unknown[],
  rows: readonly Row[],
): (Omit<Row, 'asker'> | undefined)[] => {
  const found: (Omit<Row, 'asker'> | undefined)[] = askers.map(() => undefined)
  for (const { asker, ...row } of rows) found[Number(asker) - 1] ??= row
  return found
}
