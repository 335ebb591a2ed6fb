import { type Compilable, CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Executor } from './executor.ts'
import { prepared } from './prepared.ts'

/*
 * A statement of a hot path. The query builder takes longer to make the text of one than the database to answer it, and
 * the text is the same each time: so it is made once, with a place for each value, and then only the values travel. They
 * go out under a name (prepared.ts), planned once a connection.
 *
 * Such a statement lists the columns it returns: with "*" it would fail once a migration adds one (the database says
 * "cached plan must not change result type").
 */

/** Where a value belongs. */
class Place {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** The place of one of the values, by its name. */
export type PlaceOf<Values> = <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>

/** A query to which the mark of prepared statements can be put. */
export interface Markable<Row> {
  modifyEnd(modifier: typeof prepared): Compilable<Row>
}

export interface Statement<Values, Row> {
  /** The first row, if there is one. */
  first(db: Executor, values: Values): Promise<Row | undefined>
  /** How many rows it wrote. */
  written(db: Executor, values: Values): Promise<number>
}

/**
 * Sends a query whose text is made at the first use, and kept.
 *
 * @param make with `place` where the values belong that are then given by their names.
 */
export const keptQuery = <Values extends object, Row>(
  make: (db: Executor, place: PlaceOf<Values>) => CompiledQuery<Row>,
): ((db: Executor, values: Values) => Promise<QueryResult<Row>>) => {
  let made: { readonly text: string; readonly parameters: readonly unknown[] } | undefined
  const place: PlaceOf<Values> = (name) => sql`${new Place(name)}`
  return (db, values) => {
    if (made === undefined) {
      const { sql: text, parameters } = make(db, place)
      made = { text, parameters }
    }
    const given = values as Readonly<Record<string, unknown>>
    return db.executeQuery<Row>(
      CompiledQuery.raw(
        made.text,
        made.parameters.map((parameter) => (parameter instanceof Place ? given[parameter.name] : parameter)),
      ),
    )
  }
}

/**
 * @param build makes the query, once, with `place` where values belong. It sees no values, so its text cannot depend on
 *   them.
 */
export const statement = <Values extends object, Row>(
  build: (db: Executor, place: PlaceOf<Values>) => Markable<Row>,
): Statement<Values, Row> => {
  const run = keptQuery((db, place: PlaceOf<Values>) => build(db, place).modifyEnd(prepared).compile())
  return {
    first: async (db, values) => (await run(db, values)).rows[0],
    written: async (db, values) => Number((await run(db, values)).numAffectedRows ?? 0n),
  }
}

/** The same name for the value and its column. */
export const valuesAt = <Values, Column extends keyof Values & string>(
  place: PlaceOf<Values>,
  columns: readonly Column[],
): { readonly [Name in Column]: RawBuilder<Values[Name]> } =>
  Object.fromEntries(columns.map((column) => [column, place(column)])) as never
