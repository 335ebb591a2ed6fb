import { camelizeOptional, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export type ClientLogoRecord = Domain<'client_logo'>

/** What was found at the addresses that clients name for their logos, by the hash of the address. */
export const clientLogos = (db: Executor) => ({
  find: async (uriHash: Hash): Promise<ClientLogoRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('client_logo').selectAll().where('uri_hash', '=', uriHash).executeTakeFirst(),
    ),

  /**
   * Of those that want to look there at once, on whatever node, one may, once it is time.
   *
   * @param until nobody else may before.
   */
  claim: async (uriHash: Hash, until: Date, now: Date): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('client_logo')
      .values({ uri_hash: uriHash, content_hash: null, next_attempt_at: until })
      .onConflict((conflict) =>
        conflict
          .column('uri_hash')
          .doUpdateSet({ next_attempt_at: until })
          .where('client_logo.next_attempt_at', '<=', now),
      )
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  /** @param claimedUntil of the claim; whoever came after it knows better. */
  found: async (
    uriHash: Hash,
    claimedUntil: Date,
    { contentHash, nextAttemptAt }: Pick<ClientLogoRecord, 'contentHash' | 'nextAttemptAt'>,
  ): Promise<void> => {
    await db
      .updateTable('client_logo')
      .set({ content_hash: contentHash, next_attempt_at: nextAttemptAt })
      .where('uri_hash', '=', uriHash)
      .where('next_attempt_at', '=', claimedUntil)
      .execute()
  },
})
