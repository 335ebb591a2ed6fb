import { camelize, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type SigningKeyRecord = Domain<'signing_key'>

export const signingKeys = (db: Executor) => ({
  insert: async (key: SigningKeyRecord): Promise<void> => {
    await db
      .insertInto('signing_key')
      .values({ ...snakeCase(key), public_jwk: json(key.publicJwk) })
      .execute()
  },

  /** The oldest first. */
  all: async (): Promise<SigningKeyRecord[]> => {
    const rows = await db.selectFrom('signing_key').selectAll().orderBy('created_at').orderBy('kid').execute()
    return rows.map(camelize)
  },

  /** From `retiresAt` it signs no more, from `withdrawnAt` it is published no more; an earlier instant stands. */
  retire: async (kid: string, retiresAt: Date, withdrawnAt: Date): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('signing_key')
      .set((expression) => ({
        retires_at: expression.fn<Date>('least', ['retires_at', expression.val(retiresAt)]),
        withdrawn_at: expression.fn<Date>('least', ['withdrawn_at', expression.val(withdrawnAt)]),
      }))
      .where('kid', '=', kid)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})
