import { type Kysely, sql } from 'kysely'

/*
 * Changes of tables that nodes of the version before are using. As frozen as the migrations that import it.
 */

/** Each statement is committed by itself, and what was cut short is repeated from the beginning: every one may be. */
export const eachPatiently = async (db: Kysely<unknown>, statements: readonly string[]): Promise<void> => {
  // Whoever asks for a table after us waits behind us: rather give up and try again than wait for a long transaction.
  await sql.raw("set lock_timeout = '1s'").execute(db)
  try {
    for (const statement of statements) await patiently(db, statement)
  } finally {
    await sql.raw('reset lock_timeout').execute(db)
  }
}

const ATTEMPTS = 30
const LOCK_NOT_AVAILABLE = '55P03'

const patiently = async (db: Kysely<unknown>, statement: string): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await sql.raw(statement).execute(db)
      return
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE
      if (!isBusy || attempt === ATTEMPTS) throw error
      // Those who waited behind us go first.
      await sql.raw('select pg_sleep(0.2)').execute(db)
    }
  }
}
