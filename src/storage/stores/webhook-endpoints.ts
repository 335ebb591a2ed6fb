import type { WebhookEndpointId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import { unlessTaken } from '../unique-violation.ts'

export type WebhookEndpointRecord = Domain<'webhook_endpoint'>

export const webhookEndpoints = (db: Executor) => ({
  /** False if there is one of that address. */
  insert: async (endpoint: WebhookEndpointRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('webhook_endpoint')
      .values(snakeCase(endpoint))
      .onConflict((conflict) => conflict.column('endpoint_url').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  byId: async (id: WebhookEndpointId): Promise<WebhookEndpointRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirst(),
    ),

  /** The same, as it stays until the end of the transaction but for what that does. */
  lock: async (id: WebhookEndpointId): Promise<WebhookEndpointRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('webhook_endpoint')
        .selectAll()
        .where('id', '=', id)
        .forNoKeyUpdate()
        .executeTakeFirst(),
    ),

  count: async (): Promise<number> => {
    const { count } = await db
      .selectFrom('webhook_endpoint')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  page: async (page: Page): Promise<PageOfRows<WebhookEndpointRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('webhook_endpoint').selectAll(),
        'webhook_endpoint.id',
        ({ id }) => id,
        page,
      ),
      camelize,
    ),

  /** False if there is another of the new address; the transaction can only be rolled back then. */
  update: async ({
    id,
    ...fields
  }: Omit<WebhookEndpointRecord, 'createdAt' | 'secretSealed'>): Promise<boolean> => {
    const updated = await unlessTaken(
      db.updateTable('webhook_endpoint').set(snakeCase(fields)).where('id', '=', id).execute(),
    )
    return 'result' in updated
  },

  /** With its deliveries, in one statement: whoever may have millions deletes those first. */
  delete: async (id: WebhookEndpointId): Promise<WebhookEndpointRecord | undefined> =>
    camelizeOptional(
      await db.deleteFrom('webhook_endpoint').where('id', '=', id).returningAll().executeTakeFirst(),
    ),
})
