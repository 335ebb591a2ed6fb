import { camelize, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

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

  bySlugs: async (slugs: readonly string[]): Promise<PermissionRecord[]> => {
    if (slugs.length === 0) return []
    const rows = await db.selectFrom('permission').selectAll().where('slug', 'in', slugs).execute()
    return rows.map(camelize)
  },
})
