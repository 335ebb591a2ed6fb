import type { UserId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type UserRecord = Domain<'user'>

export const users = (db: Executor) => ({
  /** False if the e-mail address or external ID is somebody's already. */
  insert: async (user: UserRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('user')
      .values({ ...snakeCase(user), metadata: json(user.metadata) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  byId: async (id: UserId): Promise<UserRecord | undefined> =>
    camelizeOptional(await db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst()),

  /** Whether the user exists; if so, goes on existing until the end of the transaction. */
  hold: async (id: UserId): Promise<boolean> => {
    const row = await db.selectFrom('user').select('id').where('id', '=', id).forKeyShare().executeTakeFirst()
    return row !== undefined
  },

  byNormalizedEmail: async (email: string): Promise<UserRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('user').selectAll().where('normalized_email', '=', email).executeTakeFirst(),
    ),

  /**
   * Notes a sign-in by the password that was verified against `passwordHash`, and puts a new hash of the same password
   * in its place if there is one.
   *
   * @returns false if the password has been changed, or the user deleted, since then: that sign-in must not hold.
   */
  signedInByPassword: async (
    id: UserId,
    passwordHash: string,
    rehashed: string | undefined,
    now: Date,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('user')
      .set({ last_sign_in_at: now, password_hash: rehashed ?? passwordHash })
      .where('id', '=', id)
      .where('password_hash', '=', passwordHash)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  delete: async (id: UserId): Promise<boolean> =>
    (await db.deleteFrom('user').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n,
})
