import { sql } from 'kysely'
import type { TestApp } from './app.ts'

/** Does the work while every statement that names the table fails. */
export const withoutTable = async <T>(
  { testDatabase: { database } }: Pick<TestApp, 'testDatabase'>,
  table: string,
  work: () => Promise<T>,
): Promise<T> => {
  const away = `${table}_away`
  await sql`alter table ${sql.table(table)} rename to ${sql.id(away)}`.execute(database.kysely)
  try {
    return await work()
  } finally {
    await sql`alter table ${sql.table(away)} rename to ${sql.id(table)}`.execute(database.kysely)
  }
}
