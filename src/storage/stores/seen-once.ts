import type { Executor } from '../executor.ts'
import { prepared } from '../prepared.ts'
import type { Hash } from '../schema.ts'

/**
 * What may be shown once, as a hash: the jti of an assertion (RFC 7523 §3) or of a DPoP proof (RFC 9449 §11.1), the answer
 * of a user about what is asked about each time.
 */
export const seenOnce = (db: Executor) => ({
  /**
   * Of all who show the same, at once or later, on whatever node, exactly one is the first.
   *
   * @param expiresAt from when on it is refused for its age.
   * @returns whether this was the first time.
   */
  mark: async (keyHash: Hash, expiresAt: Date): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('seen_once')
      .values({ key_hash: keyHash, expires_at: expiresAt })
      .onConflict((conflict) => conflict.column('key_hash').doNothing())
      .modifyEnd(prepared)
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },
})
