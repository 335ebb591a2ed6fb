import type { CorsOriginId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type CorsOriginRecord = Domain<'cors_origin'>

export const corsOrigins = (db: Executor) => ({
  /** False if it is listed already. */
  insert: async (corsOrigin: CorsOriginRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('cors_origin')
      .values(snakeCase(corsOrigin))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  count: async (): Promise<number> => {
    const { count } = await db
      .selectFrom('cors_origin')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  page: async (page: Page): Promise<PageOfRows<CorsOriginRecord>> =>
    mapPage(
      await pageRows(db.selectFrom('cors_origin').selectAll(), 'cors_origin.id', ({ id }) => id, page),
      camelize,
    ),

  delete: async (id: CorsOriginId): Promise<CorsOriginRecord | undefined> =>
    camelizeOptional(
      await db.deleteFrom('cors_origin').where('id', '=', id).returningAll().executeTakeFirst(),
    ),
})
