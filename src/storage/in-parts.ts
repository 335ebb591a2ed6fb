import { sql } from 'kysely'
import type { Executor } from './executor.ts'

/*
 * What millions of rows may hang on is not to be deleted in one statement, for a statement has seconds. So what hangs on
 * it goes first, in parts, in the same transaction; what is written meanwhile goes with the row itself.
 */

/** Of a table with further rows behind each of its own, such as the grants of a consent. */
export const ROWS_AT_ONCE = 2_000

interface Part {
  readonly table: 'consent' | 'customer_api_key' | 'organization_membership' | 'session'
  readonly column: 'application_id' | 'organization_id' | 'user_id'
  readonly value: string
}

/** Deletes all rows of a table that refer to something. */
export const deleteInParts = (db: Executor, part: Part, atOnce: number): Promise<void> =>
  untilNone(() => sql`delete from ${sql.table(part.table)} where id in ${someOf(part, atOnce)}`.execute(db))

/** Makes all rows of a table that refer to something refer to nothing. */
export const clearInParts = (db: Executor, part: Part, atOnce: number): Promise<void> =>
  untilNone(() =>
    sql`update ${sql.table(part.table)} set ${sql.ref(part.column)} = null
           where id in ${someOf(part, atOnce)}`.execute(db),
  )

const someOf = ({ table, column, value }: Part, atOnce: number) =>
  sql`(select id from ${sql.table(table)} where ${sql.ref(column)} = ${value} limit ${atOnce})`

const untilNone = async (once: () => Promise<{ readonly numAffectedRows?: bigint }>): Promise<void> => {
  while (((await once()).numAffectedRows ?? 0n) > 0n);
}
