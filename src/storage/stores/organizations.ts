import type { OrganizationId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type OrganizationRecord = Domain<'organization'>

export const organizations = (db: Executor) => ({
  insert: async (organization: OrganizationRecord): Promise<void> => {
    await db
      .insertInto('organization')
      .values({
        id: organization.id,
        name: organization.name,
        external_id: organization.externalId,
        metadata: json(organization.metadata),
        created_at: organization.createdAt,
        updated_at: organization.updatedAt,
      })
      .execute()
  },

  byId: async (id: OrganizationId): Promise<OrganizationRecord | undefined> =>
    camelizeOptional(await db.selectFrom('organization').selectAll().where('id', '=', id).executeTakeFirst()),

  byExternalId: async (externalId: string): Promise<OrganizationRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('organization')
        .selectAll()
        .where('external_id', '=', externalId)
        .executeTakeFirst(),
    ),

  /** Its applications, memberships, consents and all that was granted in its name go with it. */
  delete: async (id: OrganizationId): Promise<boolean> =>
    (await db.deleteFrom('organization').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n,
})
