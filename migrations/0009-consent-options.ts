import { type Kysely, sql } from 'kysely'

/*
 * Standalone: what users are asked to choose in a session, and what they chose. Each statement changes one table, which is
 * not read, and is committed by itself; what was cut short is repeated from the beginning (0004-protocol-columns.ts says
 * why).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
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

const statements = [
  'alter table session add column if not exists consent_options jsonb',
  'alter table consent add column if not exists chosen_claims jsonb',
]
