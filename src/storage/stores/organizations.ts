import type { OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { clearInParts, deleteInParts, ROWS_AT_ONCE } from '../in-parts.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import { unlessTaken } from '../unique-violation.ts'
import { clients } from './clients.ts'

export type OrganizationRecord = Domain<'organization'>

/** What belongs to one organization only. */
type UniqueField = 'external_id' | 'stripe_customer_id'

const uniqueFields: Readonly<Record<string, UniqueField>> = {
  organization_external_id_key: 'external_id',
  organization_stripe_customer_id_key: 'stripe_customer_id',
}

export interface OrganizationFilter {
  /** In their one spelling; an organization that has any of them. */
  readonly domains?: readonly string[] | undefined
  /** A part of the name, without regard to case. */
  readonly search?: string | undefined
}

/** A text that LIKE takes for itself. */
const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

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

  /** As it is now; until the end of the transaction nobody else changes it. */
  lock: async (id: OrganizationId): Promise<OrganizationRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('organization')
        .selectAll()
        .where('id', '=', id)
        .forNoKeyUpdate()
        .executeTakeFirst(),
    ),

  /** The same before it is deleted: nothing comes to refer to it any more. */
  lockToDelete: async (id: OrganizationId): Promise<OrganizationRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('organization').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    ),

  /** Everything of it but its ID and when it was created. */
  update: async ({
    id,
    createdAt: _,
    ...fields
  }: OrganizationRecord): Promise<{ readonly updated: boolean } | { readonly taken: UniqueField }> => {
    const updated = await unlessTaken(
      db
        .updateTable('organization')
        .set({ ...snakeCase(fields), metadata: json(fields.metadata) })
        .where('id', '=', id)
        .executeTakeFirst(),
    )
    if ('result' in updated) return { updated: updated.result.numUpdatedRows > 0n }
    const taken = uniqueFields[updated.taken]
    if (taken === undefined) throw new Error(`Unknown constraint ${updated.taken}.`)
    return { taken }
  },

  byIds: async (ids: readonly OrganizationId[]): Promise<Map<OrganizationId, OrganizationRecord>> => {
    if (ids.length === 0) return new Map()
    const rows = await db.selectFrom('organization').selectAll().where('id', 'in', ids).execute()
    return new Map(rows.map((row) => [row.id, camelize(row)]))
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
  page: async (
    page: Page,
    { domains, search }: OrganizationFilter = {},
  ): Promise<PageOfRows<OrganizationRecord>> => {
    let query = db.selectFrom('organization').selectAll()
    if (search !== undefined) query = query.where('name', 'ilike', `%${literally(search)}%`)
    if (domains !== undefined) {
      const owners = db
        .selectFrom('organization_domain')
        .select('organization_id')
        .where('domain', '=', (expression) => expression.fn.any(expression.val([...domains])))
      query = query.where('id', 'in', owners)
    }
    return mapPage(await pageRows(query, 'organization.id', ({ id }) => id, page), camelize)
  },

  /** Its applications, memberships, consents and all that was granted in its name go with it. */
  delete: async (id: OrganizationId, rowsAtOnce = ROWS_AT_ONCE): Promise<boolean> => {
    const its = { column: 'organization_id', value: id } as const
    const applications = db.selectFrom('application').select('id').where('organization_id', '=', id)
    for (const application of await applications.execute()) {
      await clients(db).delete(application.id, rowsAtOnce)
    }
    for (const table of ['consent', 'customer_api_key', 'organization_membership'] as const) {
      await deleteInParts(db, { table, ...its }, rowsAtOnce)
    }
    await clearInParts(db, { table: 'session', ...its }, rowsAtOnce)
    const { numDeletedRows } = await db.deleteFrom('organization').where('id', '=', id).executeTakeFirst()
    return numDeletedRows > 0n
  },
})
