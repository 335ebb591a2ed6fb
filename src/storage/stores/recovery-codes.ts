import { sql } from 'kysely'
import type { UserId } from '../../protocol/identifiers.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export const recoveryCodes = (db: Executor) => ({
  /** Of a user that is locked: these, and none of those of before. */
  replace: async (userId: UserId, codeHashes: readonly Hash[], now: Date): Promise<void> => {
    await db.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
    await db
      .insertInto('recovery_code')
      .values(codeHashes.map((hash) => ({ user_id: userId, code_hash: hash, created_at: now })))
      .execute()
  },

  /** Of all who present the same, at once or later, exactly one has used it. */
  use: async (userId: UserId, codeHash: Hash): Promise<boolean> => {
    const { numDeletedRows } = await db
      .deleteFrom('recovery_code')
      .where('user_id', '=', userId)
      .where('code_hash', '=', codeHash)
      .executeTakeFirst()
    return numDeletedRows > 0n
  },

  count: async (userId: UserId): Promise<number> => {
    const { count } = await db
      .selectFrom('recovery_code')
      .select(sql<number>`count(*)::integer`.as('count'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow()
    return count
  },

  /** @returns how many there were. */
  deleteOf: async (userId: UserId): Promise<number> =>
    Number(
      (await db.deleteFrom('recovery_code').where('user_id', '=', userId).executeTakeFirst()).numDeletedRows,
    ),
})
