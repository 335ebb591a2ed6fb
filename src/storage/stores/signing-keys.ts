import { sql } from 'kysely'
import { camelize, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type SigningKeyRecord = Domain<'signing_key'>

/** When a key signs, and until when it is published: all that ever changes about it. */
export type SigningKeyTimetable = Pick<SigningKeyRecord, 'activatesAt' | 'retiresAt' | 'withdrawnAt'>

/** The lock of `changeAlone`: any number that no other advisory lock of this database uses ("latchkey" in ASCII). */
const LOCK = 0x6c61_7463_686b_6579n

export const signingKeys = (db: Executor) => ({
  /**
   * Until the transaction ends, no other node changes signing keys. Whoever plans a change reads the keys after
   * this, and so sees what the node before it did.
   */
  changeAlone: async (): Promise<void> => {
    await sql`select pg_advisory_xact_lock(${LOCK.toString()}::bigint)`.execute(db)
  },

  insert: async (key: SigningKeyRecord): Promise<void> => {
    await db
      .insertInto('signing_key')
      .values({ ...snakeCase(key), public_jwk: json(key.publicJwk) })
      .execute()
  },

  /** The oldest first. */
  all: async (): Promise<SigningKeyRecord[]> => {
    const rows = await db.selectFrom('signing_key').selectAll().orderBy('created_at').orderBy('kid').execute()
    return rows.map(camelize)
  },

  /** Gives a key another timetable. One that has been withdrawn stays so: verifiers were told to forget it. */
  reschedule: async (kid: string, timetable: SigningKeyTimetable, now: Date): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('signing_key')
      .set(snakeCase(timetable))
      .where('kid', '=', kid)
      .where(({ or, eb }) => or([eb('withdrawn_at', 'is', null), eb('withdrawn_at', '>', now)]))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})
