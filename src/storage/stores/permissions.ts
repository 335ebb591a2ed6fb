import type { PermissionId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type PermissionRecord = Domain<'permission'>

export const permissions = (db: Executor) => ({
  /** False if the slug is taken. */
  insert: async (permission: PermissionRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('permission')
      .values(snakeCase(permission))
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  bySlug: async (slug: string): Promise<PermissionRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('permission').selectAll().where('slug', '=', slug).executeTakeFirst(),
    ),

  bySlugs: async (slugs: readonly string[]): Promise<PermissionRecord[]> => {
    if (slugs.length === 0) return []
    const rows = await db.selectFrom('permission').selectAll().where('slug', 'in', slugs).execute()
    return rows.map(camelize)
  },

  /** Those of the slugs that exist; they go on existing until the end of the transaction. */
  hold: async (slugs: readonly string[]): Promise<Pick<PermissionRecord, 'id' | 'slug'>[]> =>
    slugs.length === 0
      ? []
      : db
          .selectFrom('permission')
          .select(['id', 'slug'])
          .where('slug', 'in', slugs)
          .orderBy('slug')
          .forKeyShare()
          .execute(),

  /** For a change: nobody else changes it, or comes to refer to it, until the end of the transaction. */
  lock: async (slug: string): Promise<PermissionRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('permission').selectAll().where('slug', '=', slug).forUpdate().executeTakeFirst(),
    ),

  page: async (page: Page): Promise<PageOfRows<PermissionRecord>> =>
    mapPage(
      await pageRows(db.selectFrom('permission').selectAll(), 'permission.id', ({ id }) => id, page),
      camelize,
    ),

  /** Of one that is locked. */
  describe: async (
    id: PermissionId,
    { name, description }: Pick<PermissionRecord, 'name' | 'description'>,
    now: Date,
  ): Promise<void> => {
    await db
      .updateTable('permission')
      .set({ name, description, updated_at: now })
      .where('id', '=', id)
      .execute()
  },

  /** Out of all roles as well. */
  delete: async (id: PermissionId): Promise<void> => {
    await db.deleteFrom('permission').where('id', '=', id).execute()
  },
})
