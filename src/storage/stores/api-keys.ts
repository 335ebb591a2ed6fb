import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

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

  all: async (): Promise<ApiKeyRecord[]> => {
    const rows = await db.selectFrom('api_key').selectAll().orderBy('id').execute()
    return rows.map(camelize)
  },
})
