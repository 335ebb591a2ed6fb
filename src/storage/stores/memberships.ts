import type { MembershipId, OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { MembershipStatus } from '../schema.ts'
import type { UserRecord } from './users.ts'

export type MembershipRecord = Domain<'organization_membership'>

/** With whose it is and what the organization is called. */
export interface MembershipInFull extends MembershipRecord {
  readonly organizationName: string
  readonly user: Omit<UserRecord, 'passwordHash'>
}

/** A membership by its ID, or by whose it is. */
export type WhichMembership =
  | { readonly id: MembershipId }
  | { readonly userId: UserId; readonly organizationId: OrganizationId }

export interface MembershipFilter {
  readonly userId?: UserId | undefined
  readonly organizationId?: OrganizationId | undefined
  /** All, if nothing is said. */
  readonly statuses?: readonly MembershipStatus[] | undefined
}

/** As a person is told of it. */
export interface NamedMembership {
  readonly organizationName: string
  readonly roleName: string
  readonly status: MembershipStatus
}

/** An organization that a user may act for. */
export interface ActiveMembership {
  readonly organizationId: OrganizationId
  readonly organizationName: string
}

export const memberships = (db: Executor) => {
  const withName = () =>
    db
      .selectFrom('organization_membership')
      .innerJoin('organization', 'organization.id', 'organization_membership.organization_id')
      .selectAll('organization_membership')
      .select('organization.name as organization_name')

  const one = (which: WhichMembership) => {
    const query = db.selectFrom('organization_membership').selectAll()
    return 'id' in which
      ? query.where('id', '=', which.id)
      : query.where('user_id', '=', which.userId).where('organization_id', '=', which.organizationId)
  }

  const withUsers = async <Row extends { readonly userId: UserId }>(rows: readonly Row[]) => {
    const ids = [...new Set(rows.map(({ userId }) => userId))]
    const found =
      ids.length === 0 ? [] : await db.selectFrom('user').selectAll().where('id', 'in', ids).execute()
    const users = new Map(found.map((user) => [user.id, camelize(user)]))
    // Who was deleted between the two reads is gone, and the membership with him.
    return rows.flatMap((row) => {
      const user = users.get(row.userId)
      return user ? [{ ...row, user }] : []
    })
  }

  return {
    /** False if the user is a member already. */
    insert: async (membership: MembershipRecord): Promise<boolean> => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('organization_membership')
        .values(snakeCase(membership))
        .onConflict((conflict) => conflict.columns(['user_id', 'organization_id']).doNothing())
        .executeTakeFirst()
      return (numInsertedOrUpdatedRows ?? 0n) > 0n
    },

    /** As it is now; until the end of the transaction nobody else changes it. */
    lock: async (which: WhichMembership): Promise<MembershipRecord | undefined> =>
      camelizeOptional(await one(which).forNoKeyUpdate().executeTakeFirst()),

    /** The same before it is deleted: nothing comes to refer to it any more. */
    lockToDelete: async (which: WhichMembership): Promise<MembershipRecord | undefined> =>
      camelizeOptional(await one(which).forUpdate().executeTakeFirst()),

    /** An active member with this role. */
    holdsRole: async (userId: UserId, organizationId: OrganizationId, roleSlug: string): Promise<boolean> =>
      (await one({ userId, organizationId })
        .where('status', '=', 'active')
        .where('role_slug', '=', roleSlug)
        .executeTakeFirst()) !== undefined,

    inFull: async (id: MembershipId): Promise<MembershipInFull | undefined> => {
      const row = await withName().where('organization_membership.id', '=', id).executeTakeFirst()
      const [membership] = await withUsers(row ? [camelize(row)] : [])
      return membership
    },

    /** The newest first, unless asked otherwise. */
    page: async (
      page: Page,
      { userId, organizationId, statuses }: MembershipFilter,
    ): Promise<PageOfRows<MembershipInFull>> => {
      let query = withName()
      if (statuses !== undefined) query = query.where('status', 'in', statuses)
      if (userId !== undefined) query = query.where('user_id', '=', userId)
      if (organizationId !== undefined) query = query.where('organization_id', '=', organizationId)
      const rows = await pageRows(query, 'organization_membership.id', ({ id }) => id, page)
      const found = mapPage(rows, camelize)
      return { ...found, rows: await withUsers(found.rows) }
    },

    /** Where a user belongs and as what, in words; by name of the organization. */
    ofUser: async (userId: UserId, limit: number): Promise<NamedMembership[]> => {
      const rows = await db
        .selectFrom('organization_membership as membership')
        .innerJoin('organization', 'organization.id', 'membership.organization_id')
        .select(({ ref, fn }) => [
          'organization.name as organization_name',
          'membership.status',
          // A role of the organization's own is not called as one of the environment: no slug is in both.
          fn
            .coalesce(
              db
                .selectFrom('role')
                .select('role.name')
                .whereRef('role.slug', '=', ref('membership.role_slug'))
                .where((role) =>
                  role.or([
                    role('role.organization_id', 'is', null),
                    role('role.organization_id', '=', ref('membership.organization_id')),
                  ]),
                )
                .limit(1),
              'membership.role_slug',
            )
            .as('role_name'),
        ])
        .where('membership.user_id', '=', userId)
        .orderBy('organization.name')
        .orderBy('organization.id')
        .limit(limit)
        .execute()
      return rows.map(camelize)
    },

    /** Whether a user may act for an organization; if so, the membership goes on existing until the transaction ends. */
    holdActive: async (userId: UserId, organizationId: OrganizationId): Promise<boolean> => {
      const row = await db
        .selectFrom('organization_membership')
        .select('id')
        .where('user_id', '=', userId)
        .where('organization_id', '=', organizationId)
        .where('status', '=', 'active')
        .forKeyShare()
        .executeTakeFirst()
      return row !== undefined
    },

    /** By name of the organization; those in which the user has a role, if it is said. */
    activeOf: async (userId: UserId, roleSlug?: string): Promise<ActiveMembership[]> => {
      let query = db
        .selectFrom('organization_membership as membership')
        .innerJoin('organization', 'organization.id', 'membership.organization_id')
        .select(['organization.id as organization_id', 'organization.name as organization_name'])
        .where('membership.user_id', '=', userId)
        .where('membership.status', '=', 'active')
      if (roleSlug !== undefined) query = query.where('membership.role_slug', '=', roleSlug)
      const rows = await query.orderBy('organization.name').orderBy('organization.id').execute()
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

    /** @returns the membership as it is now, or undefined if there is no inactive one. */
    restore: async (id: MembershipId, roleSlug: string, now: Date): Promise<MembershipRecord | undefined> =>
      camelizeOptional(
        await db
          .updateTable('organization_membership')
          .set({ status: 'active', role_slug: roleSlug, updated_at: now })
          .where('id', '=', id)
          .where('status', '=', 'inactive')
          .returningAll()
          .executeTakeFirst(),
      ),

    /** @returns the membership as it is now, or undefined if there is none in another role. */
    setRole: async (id: MembershipId, roleSlug: string, now: Date): Promise<MembershipRecord | undefined> =>
      camelizeOptional(
        await db
          .updateTable('organization_membership')
          .set({ role_slug: roleSlug, updated_at: now })
          .where('id', '=', id)
          .where('role_slug', '<>', roleSlug)
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
  }
}
