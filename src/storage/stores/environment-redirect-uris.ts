import type { EnvironmentRedirectUriId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type EnvironmentRedirectUriRecord = Domain<'environment_redirect_uri'>

export const environmentRedirectUris = (db: Executor) => ({
  /** False if it is there already. There is one default at most: another one is cleared before. */
  insert: async (redirectUri: EnvironmentRedirectUriRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('environment_redirect_uri')
      .values(snakeCase(redirectUri))
      .onConflict((conflict) => conflict.column('uri').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  findDefault: async (): Promise<EnvironmentRedirectUriRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('environment_redirect_uri')
        .selectAll()
        .where('is_default', '=', true)
        .executeTakeFirst(),
    ),

  /** @returns the one that was the default, as it is now. */
  clearDefault: async (now: Date): Promise<EnvironmentRedirectUriRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('environment_redirect_uri')
        .set({ is_default: false, updated_at: now })
        .where('is_default', '=', true)
        .returningAll()
        .executeTakeFirst(),
    ),

  count: async (): Promise<number> => {
    const { count } = await db
      .selectFrom('environment_redirect_uri')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  page: async (page: Page): Promise<PageOfRows<EnvironmentRedirectUriRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('environment_redirect_uri').selectAll(),
        'environment_redirect_uri.id',
        ({ id }) => id,
        page,
      ),
      camelize,
    ),

  byId: async (id: EnvironmentRedirectUriId): Promise<EnvironmentRedirectUriRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('environment_redirect_uri').selectAll().where('id', '=', id).executeTakeFirst(),
    ),

  /** The default one only when it is the last: then there is nothing left for it to be the default of. */
  delete: async (id: EnvironmentRedirectUriId): Promise<EnvironmentRedirectUriRecord | undefined> =>
    camelizeOptional(
      await db
        .deleteFrom('environment_redirect_uri')
        .where('id', '=', id)
        .where(({ or, not, eb, exists, selectFrom }) =>
          or([
            eb('is_default', '=', false),
            not(
              exists(
                selectFrom('environment_redirect_uri as other').select('id').where('other.id', '!=', id),
              ),
            ),
          ]),
        )
        .returningAll()
        .executeTakeFirst(),
    ),
})
