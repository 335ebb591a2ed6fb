import type { ColumnType } from 'kysely'

/** jsonb: read as a value, written as text (an array would otherwise become an array of the database). */
export type Json<T> = ColumnType<T, string, string>

/** The same, with a default. */
export type DefaultedJson<T> = ColumnType<T, string | undefined, string>

export type OptionalJson<T> = ColumnType<T | null, string | null | undefined, string | null>

/** SHA-256 of a handle, base64url. */
export type Hash = string

export interface Timestamps {
  created_at: ColumnType<Date, Date, never>
  updated_at: Date
}
