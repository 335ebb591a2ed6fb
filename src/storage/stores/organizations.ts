import type { OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type OrganizationRecord = Domain<'organization'>

export const organizations = (db: Executor) => ({
  /** False if the external ID is another's already. */
  insert: async (organization: OrganizationRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('organization')
      .values({ ...snakeCase(organization), metadata: json(organization.metadata) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  /** Whether it exists; if so, it goes on existing until the end of the transaction. */
  hold: async (id: OrganizationId): Promise<boolean> => {
    const row = await db
      .selectFrom('organization')
      .select('id')
      .where('id', '=', id)
      .forKeyShare()
      .executeTakeFirst()
    return row !== undefined
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

  /** The newest first, unless asked otherwise. */
  page: async (page: Page): Promise<PageOfRows<OrganizationRecord>> =>
    mapPage(
      await pageRows(db.selectFrom('organization').selectAll(), 'organization.id', ({ id }) => id, page),
      camelize,
    ),

  /** Its applications, memberships, consents and all that was granted in its name go with it. */
  delete: async (id: OrganizationId): Promise<boolean> =>
    (await db.deleteFrom('organization').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n,
})
