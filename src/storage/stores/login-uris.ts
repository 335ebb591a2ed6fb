import type { ApplicationId, LoginUriId, OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type LoginUriRecord = Domain<'login_uri'>

export const loginUris = (db: Executor) => ({
  /** False if the application, or the organization, has one. */
  insert: async (loginUri: LoginUriRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('login_uri')
      .values(snakeCase(loginUri))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  byId: async (id: LoginUriId): Promise<LoginUriRecord | undefined> =>
    camelizeOptional(await db.selectFrom('login_uri').selectAll().where('id', '=', id).executeTakeFirst()),

  /** The same, as it stays until the end of the transaction but for what that does. */
  lock: async (id: LoginUriId): Promise<LoginUriRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('login_uri').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst(),
    ),

  /** The same of all that a deletion takes along: of these applications, or of an organization and all of its applications. */
  lockAllOf: async (
    of: { readonly applicationIds: readonly ApplicationId[] } | { readonly organizationId: OrganizationId },
  ): Promise<LoginUriRecord[]> => {
    const rows = await db
      .selectFrom('login_uri')
      .selectAll()
      .where((column) =>
        'applicationIds' in of
          ? column('application_id', '=', column.fn.any(column.val([...of.applicationIds])))
          : column.or([
              column('organization_id', '=', of.organizationId),
              column(
                'application_id',
                'in',
                db
                  .selectFrom('application')
                  .select('id')
                  .where('application.organization_id', '=', of.organizationId),
              ),
            ]),
      )
      .orderBy('id')
      .forNoKeyUpdate()
      .execute()
    return rows.map(camelize)
  },

  count: async (): Promise<number> => {
    const { count } = await db
      .selectFrom('login_uri')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  page: async (page: Page): Promise<PageOfRows<LoginUriRecord>> =>
    mapPage(
      await pageRows(db.selectFrom('login_uri').selectAll(), 'login_uri.id', ({ id }) => id, page),
      camelize,
    ),

  update: async ({
    id,
    ...fields
  }: Pick<LoginUriRecord, 'id' | 'name' | 'uri' | 'updatedAt'>): Promise<void> => {
    await db.updateTable('login_uri').set(snakeCase(fields)).where('id', '=', id).execute()
  },

  delete: async (id: LoginUriId): Promise<LoginUriRecord | undefined> =>
    camelizeOptional(await db.deleteFrom('login_uri').where('id', '=', id).returningAll().executeTakeFirst()),
})
