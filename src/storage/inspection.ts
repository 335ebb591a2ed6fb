import { sql } from 'kysely'
import { DatabaseUnavailable } from '../system/failure-code.ts'
import type { Executor } from './executor.ts'

/** What migrations and statements here take. */
const OLDEST_VERSION = 15

/** What a database says of itself and of what its user may do. */
export interface DatabaseFacts {
  /** The first number of its version. */
  readonly version: number
  readonly isTooOld: boolean
  readonly encoding: string
  /** A standby, or a primary that somebody has closed. */
  readonly isReadOnly: boolean
  /** Whether this connection is; undefined where the server does not tell. */
  readonly isEncrypted: boolean | undefined
  /** Tables whose rows the user may not read, write or delete. */
  readonly unusableTables: readonly string[]
  /** Tables that the user cannot change, which migrating takes. */
  readonly othersTables: readonly string[]
  readonly mayCreateTables: boolean
  /** How many connections the user may have at once. */
  readonly connectionLimit: number
  readonly now: Date
}

export const inspectDatabase = async (db: Executor): Promise<DatabaseFacts> => {
  const { rows } = await sql<Omit<DatabaseFacts, 'isTooOld'>>`
    with tables as (
      select oid, relname, relowner from pg_catalog.pg_class
       where relkind = 'r' and relnamespace = current_schema()::regnamespace)
    select current_setting('server_version_num')::int / 10000 as version,
           current_setting('server_encoding') as encoding,
           current_setting('transaction_read_only') = 'on' as "isReadOnly",
           (select ssl from pg_catalog.pg_stat_ssl where pid = pg_backend_pid()) as "isEncrypted",
           array(select relname::text from tables
                  where not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
                         and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))
                  order by relname) as "unusableTables",
           array(select relname::text from tables where not pg_has_role(relowner, 'usage')
                  order by relname) as "othersTables",
           coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreateTables",
           least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                   - coalesce(current_setting('reserved_connections', true)::int, 0),
                 (select nullif(datconnlimit, -1) from pg_catalog.pg_database where datname = current_database()),
                 (select nullif(rolconnlimit, -1) from pg_catalog.pg_roles where rolname = current_user)
           ) as "connectionLimit",
           clock_timestamp() as now`.execute(db)
  const [facts] = rows
  if (!facts) throw new Error('The database says nothing of itself.')
  return { ...facts, isTooOld: facts.version < OLDEST_VERSION, isEncrypted: facts.isEncrypted ?? undefined }
}

/**
 * A primary that was demoted answers whoever reads, and refuses whoever writes.
 *
 * @throws DatabaseUnavailable
 */
export const requireWritable = async (db: Executor): Promise<void> => {
  const { rows } = await sql`select 1 where current_setting('transaction_read_only') = 'on'`.execute(db)
  if (rows.length > 0) throw new DatabaseUnavailable('The database is read-only.')
}
