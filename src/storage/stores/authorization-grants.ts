import type { GrantId } from '../../protocol/identifiers.ts'
import type { Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type AuthorizationGrantRecord = Domain<'authorization_grant'>

export const authorizationGrants = (db: Executor) => ({
  /** Ends the grant with all its tokens; false if it had ended before, or never began. */
  revoke: async (id: GrantId, now: Date): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('authorization_grant')
      .set({ revoked_at: now })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})
