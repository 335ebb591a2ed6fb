import { sql } from 'kysely'
import type { ApiKeyId, OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { Hash } from '../schema.ts'
import { noteUses } from '../uses.ts'
import { membershipHolds } from './authorization-grants.ts'

export type CustomerKeyRecord = Domain<'customer_api_key'>

/** Keys of an organization itself, or of a user in one organization or in all of theirs. */
export type CustomerKeyOwner =
  | { readonly organizationId: OrganizationId; readonly userId: null }
  | { readonly organizationId: OrganizationId | undefined; readonly userId: UserId }

export const customerKeys = (db: Executor) => ({
  insert: async (key: CustomerKeyRecord): Promise<void> => {
    await db.insertInto('customer_api_key').values(snakeCase(key)).execute()
  },

  page: async (
    { organizationId, userId }: CustomerKeyOwner,
    page: Page,
  ): Promise<PageOfRows<CustomerKeyRecord>> => {
    let keys = db.selectFrom('customer_api_key').selectAll()
    keys = userId === null ? keys.where('user_id', 'is', null) : keys.where('user_id', '=', userId)
    if (organizationId !== undefined) keys = keys.where('organization_id', '=', organizationId)
    return mapPage(await pageRows(keys, 'customer_api_key.id', ({ id }) => id, page), camelize)
  },

  /** Of an organization and of its members. */
  pageOfAll: async (organizationId: OrganizationId, page: Page): Promise<PageOfRows<CustomerKeyRecord>> => {
    const keys = db.selectFrom('customer_api_key').selectAll().where('organization_id', '=', organizationId)
    return mapPage(await pageRows(keys, 'customer_api_key.id', ({ id }) => id, page), camelize)
  },

  byId: async (id: ApiKeyId): Promise<CustomerKeyRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('customer_api_key').selectAll().where('id', '=', id).executeTakeFirst(),
    ),

  /** One that has not expired; if a user's, of one who may act for the organization. */
  liveByValue: async (valueHash: Hash, now: Date): Promise<CustomerKeyRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('customer_api_key as key')
        .selectAll()
        .where('value_hash', '=', valueHash)
        .where((key) => key.or([key('expires_at', 'is', null), key('expires_at', '>', now)]))
        .where((key) =>
          key.or([
            key('user_id', 'is', null),
            membershipHolds(sql.ref('key.user_id'), sql.ref('key.organization_id')),
          ]),
        )
        .executeTakeFirst(),
    ),

  /** For a change: nobody else changes it until the end of the transaction. */
  lock: async (id: ApiKeyId): Promise<CustomerKeyRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('customer_api_key').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    ),

  /** Of one that is locked. */
  expireAt: async (id: ApiKeyId, expiresAt: Date | null, now: Date): Promise<void> => {
    await db
      .updateTable('customer_api_key')
      .set({ expires_at: expiresAt, updated_at: now })
      .where('id', '=', id)
      .execute()
  },

  /** @returns what was deleted, or undefined if there was none. */
  delete: async (id: ApiKeyId): Promise<CustomerKeyRecord | undefined> =>
    camelizeOptional(
      await db.deleteFrom('customer_api_key').where('id', '=', id).returningAll().executeTakeFirst(),
    ),

  /** Those of a user in an organization; what was deleted. */
  deleteOf: async (userId: UserId, organizationId: OrganizationId): Promise<CustomerKeyRecord[]> => {
    const rows = await db
      .deleteFrom('customer_api_key')
      .where('user_id', '=', userId)
      .where('organization_id', '=', organizationId)
      .returningAll()
      .execute()
    return rows.map(camelize)
  },

  /** Takes a permission out of all keys. */
  losePermission: async (slug: string, now: Date): Promise<void> => {
    await db
      .updateTable('customer_api_key')
      .set({ permissions: sql`array_remove(permissions, ${slug})`, updated_at: now })
      .where(sql<boolean>`permissions @> array[${slug}]::text[]`)
      .execute()
  },

  used: (uses: ReadonlyMap<ApiKeyId, Date>): Promise<void> => noteUses(db, 'customer_api_key', uses),
})
