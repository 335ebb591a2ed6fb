import type { ResourceIndicatorId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type ResourceIndicatorRecord = Domain<'resource_indicator'>

export const resourceIndicators = (db: Executor) => ({
  /** False if it is there already. There is one default at most: another one is cleared before. */
  insert: async (resource: ResourceIndicatorRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('resource_indicator')
      .values(snakeCase(resource))
      .onConflict((conflict) => conflict.column('uri').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  findDefault: async (): Promise<ResourceIndicatorRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('resource_indicator').selectAll().where('is_default', '=', true).executeTakeFirst(),
    ),

  /** @returns the one that was the default, as it is now. */
  clearDefault: async (now: Date): Promise<ResourceIndicatorRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('resource_indicator')
        .set({ is_default: false, updated_at: now })
        .where('is_default', '=', true)
        .returningAll()
        .executeTakeFirst(),
    ),

  count: async (): Promise<number> => {
    const { count } = await db
      .selectFrom('resource_indicator')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  page: async (page: Page): Promise<PageOfRows<ResourceIndicatorRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('resource_indicator').selectAll(),
        'resource_indicator.id',
        ({ id }) => id,
        page,
      ),
      camelize,
    ),

  delete: async (id: ResourceIndicatorId): Promise<ResourceIndicatorRecord | undefined> =>
    camelizeOptional(
      await db.deleteFrom('resource_indicator').where('id', '=', id).returningAll().executeTakeFirst(),
    ),
})
