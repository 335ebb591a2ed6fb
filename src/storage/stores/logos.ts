import { camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export type LogoRecord = Domain<'logo'>

export const logos = (db: Executor) => ({
  /** One that is there already is as good as new, so that nobody sweeps it before it is shown again. */
  keep: async (logo: LogoRecord): Promise<void> => {
    await db
      .insertInto('logo')
      .values(snakeCase(logo))
      .onConflict((conflict) => conflict.column('content_hash').doUpdateSet({ created_at: logo.createdAt }))
      .execute()
  },

  byHash: async (contentHash: Hash): Promise<LogoRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('logo').selectAll().where('content_hash', '=', contentHash).executeTakeFirst(),
    ),
})
