import { camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export type UpstreamSignInRecord = Domain<'upstream_sign_in'>

export const upstreamSignIns = (db: Executor) => ({
  insert: async (begun: Omit<UpstreamSignInRecord, 'usedAt'>): Promise<void> => {
    await db.insertInto('upstream_sign_in').values(snakeCase(begun)).execute()
  },

  /**
   * The browser that began has come back: once, however often it opens the address.
   *
   * @returns undefined if it was another browser, has been used, or has expired.
   */
  use: async (
    stateHash: Hash,
    browserHash: Hash,
    now: Date,
  ): Promise<Pick<UpstreamSignInRecord, 'providerId' | 'contentSealed'> | undefined> =>
    camelizeOptional(
      await db
        .updateTable('upstream_sign_in')
        .set({ used_at: now })
        .where('state_hash', '=', stateHash)
        .where('browser_hash', '=', browserHash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .returning(['provider_id', 'content_sealed'])
        .executeTakeFirst(),
    ),

  /** What this browser began, whatever has become of it. */
  find: async (
    stateHash: Hash,
    browserHash: Hash,
  ): Promise<Pick<UpstreamSignInRecord, 'contentSealed'> | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('upstream_sign_in')
        .select('content_sealed')
        .where('state_hash', '=', stateHash)
        .where('browser_hash', '=', browserHash)
        .executeTakeFirst(),
    ),
})
