import type { OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { MembershipStatus } from '../schema.ts'

export type MembershipRecord = Domain<'organization_membership'>

/** An organization that a user may act for. */
export interface ActiveMembership {
  readonly organizationId: OrganizationId
  readonly organizationName: string
}

export const memberships = (db: Executor) => ({
  /** False if the user is a member already. */
  insert: async (membership: MembershipRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('organization_membership')
      .values(snakeCase(membership))
      .onConflict((conflict) => conflict.columns(['user_id', 'organization_id']).doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  /** By name of the organization. */
  activeOf: async (userId: UserId): Promise<ActiveMembership[]> => {
    const rows = await db
      .selectFrom('organization_membership as membership')
      .innerJoin('organization', 'organization.id', 'membership.organization_id')
      .select(['organization.id as organization_id', 'organization.name as organization_name'])
      .where('membership.user_id', '=', userId)
      .where('membership.status', '=', 'active')
      .orderBy('organization.name')
      .orderBy('organization.id')
      .execute()
    return rows.map(camelize)
  },

  /** @returns the membership as it is now, or undefined if there is none in another status. */
  setStatus: async (
    userId: UserId,
    organizationId: OrganizationId,
    status: MembershipStatus,
    now: Date,
  ): Promise<MembershipRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('organization_membership')
        .set({ status, updated_at: now })
        .where('user_id', '=', userId)
        .where('organization_id', '=', organizationId)
        .where('status', '<>', status)
        .returningAll()
        .executeTakeFirst(),
    ),

  /** @returns what was deleted, or undefined if there was none. */
  delete: async (userId: UserId, organizationId: OrganizationId): Promise<MembershipRecord | undefined> =>
    camelizeOptional(
      await db
        .deleteFrom('organization_membership')
        .where('user_id', '=', userId)
        .where('organization_id', '=', organizationId)
        .returningAll()
        .executeTakeFirst(),
    ),
})
