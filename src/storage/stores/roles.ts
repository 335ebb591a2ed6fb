import type { OrganizationId } from '../../protocol/identifiers.ts'
import type { Executor } from '../executor.ts'

export const roles = (db: Executor) => ({
  /** Whether a role applies to an organization, be it the environment's; if so, until the end of the transaction. */
  hold: async (organizationId: OrganizationId, slug: string): Promise<boolean> => {
    const row = await db
      .selectFrom('role')
      .select('id')
      .where('slug', '=', slug)
      .where((role) =>
        role.or([role('organization_id', 'is', null), role('organization_id', '=', organizationId)]),
      )
      .forKeyShare()
      .executeTakeFirst()
    return row !== undefined
  },
})
