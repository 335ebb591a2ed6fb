import { sql } from 'kysely'
import type { OrganizationId, PermissionId, RoleId } from '../../protocol/identifiers.ts'
import { camelize, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

/** A role with the slugs of its permissions, in alphabetical order. */
export interface RoleRecord extends Domain<'role'> {
  readonly permissions: readonly string[]
}

export const roles = (db: Executor) => {
  const withPermissions = () =>
    db
      .selectFrom('role')
      .selectAll('role')
      .select(
        sql<string[]>`array(
          select permission.slug from role_permission
            join permission on permission.id = role_permission.permission_id
           where role_permission.role_id = role.id order by permission.slug)`.as('permissions'),
      )

  /** Roles of the environment apply to every organization. */
  const applyingTo = (organizationId: OrganizationId) =>
    withPermissions().where((role) =>
      role.or([role('organization_id', 'is', null), role('organization_id', '=', organizationId)]),
    )

  /** Null: of the environment. */
  const of = (organizationId: OrganizationId | null) =>
    organizationId === null
      ? withPermissions().where('organization_id', 'is', null)
      : applyingTo(organizationId)

  return {
    /** Without permissions. False if the slug is taken. */
    insert: async (role: Domain<'role'>): Promise<boolean> => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('role')
        .values(snakeCase(role))
        .onConflict((conflict) => conflict.columns(['organization_id', 'slug']).doNothing())
        .executeTakeFirst()
      return (numInsertedOrUpdatedRows ?? 0n) > 0n
    },

    /** All that apply to an organization, its own last; or (null) those of the environment. The oldest first. */
    all: async (organizationId: OrganizationId | null): Promise<RoleRecord[]> => {
      const rows = await of(organizationId).orderBy(sql`organization_id is not null`).orderBy('id').execute()
      return rows.map(camelize)
    },

    /** One that applies to an organization, be it the environment's; or (null) one of the environment. */
    bySlug: async (organizationId: OrganizationId | null, slug: string): Promise<RoleRecord | undefined> => {
      const row = await of(organizationId).where('slug', '=', slug).executeTakeFirst()
      return row && camelize(row)
    },

    /** The same; it goes on existing until the end of the transaction. */
    hold: async (organizationId: OrganizationId | null, slug: string): Promise<RoleRecord | undefined> => {
      const row = await of(organizationId).where('slug', '=', slug).forKeyShare('role').executeTakeFirst()
      return row && camelize(row)
    },

    /** The same for a change: nobody else changes it, or comes to hold it, until the end of the transaction. */
    lock: async (organizationId: OrganizationId | null, slug: string): Promise<RoleRecord | undefined> => {
      // What a lock has waited for is seen by the next statement only.
      const locked = await of(organizationId).where('slug', '=', slug).forUpdate('role').executeTakeFirst()
      if (!locked) return undefined
      const row = await withPermissions().where('id', '=', locked.id).executeTakeFirst()
      return row && camelize(row)
    },

    /** Of one that is locked. */
    describe: async (
      id: RoleId,
      { name, description }: Pick<RoleRecord, 'name' | 'description'>,
      now: Date,
    ): Promise<void> => {
      await db.updateTable('role').set({ name, description, updated_at: now }).where('id', '=', id).execute()
    },

    /** Of one that is locked: these and no others. */
    setPermissions: async (id: RoleId, permissionIds: readonly PermissionId[], now: Date): Promise<void> => {
      await db
        .deleteFrom('role_permission')
        .where('role_id', '=', id)
        .where(sql<boolean>`permission_id <> all(${[...permissionIds]}::text[])`)
        .execute()
      await sql`insert into role_permission (role_id, permission_id)
        select ${id}, * from unnest(${[...permissionIds]}::text[]) on conflict do nothing`.execute(db)
      await db.updateTable('role').set({ updated_at: now }).where('id', '=', id).execute()
    },

    /** Of one that is locked. False if a membership has it. */
    deleteUnused: async (id: RoleId): Promise<boolean> => {
      const { numDeletedRows } = await db
        .deleteFrom('role')
        .where('id', '=', id)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('organization_membership as membership')
                .select(sql`1`.as('one'))
                .whereRef('membership.organization_id', '=', 'role.organization_id')
                .whereRef('membership.role_slug', '=', 'role.slug'),
            ),
          ),
        )
        .executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}
