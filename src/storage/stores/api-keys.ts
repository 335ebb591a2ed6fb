import { sql } from 'kysely'
import type { ApiKeyId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { Hash } from '../schema.ts'
import { noteUses } from '../uses.ts'

export type ApiKeyRecord = Domain<'api_key'>

export const apiKeys = (db: Executor) => ({
  insert: async (key: ApiKeyRecord): Promise<void> => {
    await db.insertInto('api_key').values(snakeCase(key)).execute()
  },

  /** One that is not revoked. */
  liveByValue: async (valueHash: Hash): Promise<ApiKeyRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('api_key')
        .selectAll()
        .where('value_hash', '=', valueHash)
        .where('revoked_at', 'is', null)
        .executeTakeFirst(),
    ),

  /** Of those that are not revoked. */
  liveById: async (id: ApiKeyId): Promise<ApiKeyRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('api_key')
        .selectAll()
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst(),
    ),

  /** Those that are not revoked. */
  page: async (page: Page): Promise<PageOfRows<ApiKeyRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('api_key').selectAll().where('revoked_at', 'is', null),
        'api_key.id',
        ({ id }) => id,
        page,
      ),
      camelize,
    ),

  /** Live keys that hold a permission; until the end of the transaction nobody else revokes one of them. */
  lockHoldersOf: async (permission: string): Promise<ApiKeyId[]> => {
    const rows = await db
      .selectFrom('api_key')
      .select('id')
      .where('revoked_at', 'is', null)
      .where(sql<boolean>`${permission} = any(permissions)`)
      .orderBy('id')
      .forUpdate()
      .execute()
    return rows.map(({ id }) => id)
  },

  /** @returns the key, or undefined if there is none, or it was revoked before. */
  revoke: async (id: ApiKeyId, now: Date): Promise<ApiKeyRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('api_key')
        .set({ revoked_at: now, updated_at: now })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .returningAll()
        .executeTakeFirst(),
    ),

  used: (uses: ReadonlyMap<ApiKeyId, Date>): Promise<void> => noteUses(db, 'api_key', uses),

  /** Whether there is one, or ever was. */
  any: async (): Promise<boolean> =>
    (await db.selectFrom('api_key').select('id').limit(1).executeTakeFirst()) !== undefined,

  all: async (): Promise<ApiKeyRecord[]> => {
    const rows = await db.selectFrom('api_key').selectAll().orderBy('id').execute()
    return rows.map(camelize)
  },
})
