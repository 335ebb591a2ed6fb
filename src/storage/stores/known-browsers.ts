import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

/** Which browser somebody has signed in with to which account: kept as a hash of both, so it lists neither. */
export const knownBrowsers = (db: Executor) => ({
  has: async (pairHash: Hash, now: Date): Promise<boolean> => {
    const row = await db
      .selectFrom('known_browser')
      .select('pair_hash')
      .where('pair_hash', '=', pairHash)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    return row !== undefined
  },

  remember: async (pairHash: Hash, expiresAt: Date): Promise<void> => {
    await db
      .insertInto('known_browser')
      .values({ pair_hash: pairHash, expires_at: expiresAt })
      .onConflict((conflict) => conflict.column('pair_hash').doUpdateSet({ expires_at: expiresAt }))
      .execute()
  },
})
