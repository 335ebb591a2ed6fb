import type { Row, Schema } from './schema.ts'

/** jsonb parameters travel as text on both drivers. */
export const json = (value: unknown): string => JSON.stringify(value)

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S

/** A row with its columns under camelCase names; the values stay what the schema says. */
export type Camelized<R> = { readonly [K in keyof R as K extends string ? CamelCase<K> : never]: R[K] }

/** A row of a table as the rest of the code sees it. */
export type Domain<Table extends keyof Schema> = Camelized<Row<Table>>

const camelNames = new Map<string, string>()

const camelName = (column: string): string => {
  let name = camelNames.get(column)
  if (name === undefined) {
    name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    camelNames.set(column, name)
  }
  return name
}

/** Renames the columns of one row; nested values are left alone. */
export const camelize = <R extends object>(row: R): Camelized<R> => {
  const renamed: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(row)) renamed[camelName(column)] = value
  return renamed as Camelized<R>
}

/** The same for a row that may be absent. */
export const camelizeOptional = <R extends object>(row: R | undefined): Camelized<R> | undefined =>
  row === undefined ? undefined : camelize(row)

type SnakeCase<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${SnakeCase<Tail>}`
    : `_${Lowercase<Head>}${SnakeCase<Tail>}`
  : S

/** The way back, for inserts: camelCase fields under the names of their columns. */
export type Snaked<D> = { [K in keyof D as K extends string ? SnakeCase<K> : never]: D[K] }

export const snakeCase = <D extends object>(fields: D): Snaked<D> => {
  const renamed: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(fields)) {
    renamed[field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value
  }
  return renamed as Snaked<D>
}
