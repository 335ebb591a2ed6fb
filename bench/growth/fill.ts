import pg from 'pg'
import { openDatabase } from '../../src/storage/database.ts'
import { migrateToLatest } from '../../src/storage/migrator.ts'
import { copyInto } from './copy.ts'
import { fillings, type Size } from './rows.ts'

/**
 * Fills an empty database of a PostgreSQL server that is the caller's own (its role is a superuser). Which user has
 * which sessions, consents and tokens is made up, and nobody can sign in as them: they are there to be stepped over.
 */
export const fill = async (url: string, size: Size, say: (text: string) => void): Promise<void> => {
  const database = await openDatabase({ kind: 'postgresql', url, poolSize: 1 }, console.error)
  await migrateToLatest(database.kysely)
  await database.close()
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query("alter system set max_wal_size = '16GB'")
    await client.query('select pg_reload_conf()')
    // References are right by construction; to look each of them up would take longer than all the rest.
    await client.query("set session_replication_role = replica; set maintenance_work_mem = '1GB'")
    for (const filling of fillings(size, Date.now())) {
      const started = performance.now()
      // An index is built sooner over all rows than row by row.
      const { rows: indexes } = await client.query<{ name: string; definition: string }>(
        `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
           from pg_index
          where indrelid = $1::regclass
            and not exists (select from pg_constraint where conindid = indexrelid)`,
        [`"${filling.table}"`],
      )
      for (const { name } of indexes) await client.query(`drop index ${name}`)
      await copyInto(client, filling)
      for (const { definition } of indexes) await client.query(definition)
      await client.query(`vacuum (analyze) "${filling.table}"`)
      const seconds = Math.round((performance.now() - started) / 1000)
      say(`${filling.table}: ${filling.rows.toLocaleString('en')} rows, ${seconds} s`)
    }
    await client.query('alter system reset max_wal_size')
    await client.query('select pg_reload_conf()')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}
