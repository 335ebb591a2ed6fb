import type { AuthenticationFactorId, UserId } from '../../protocol/identifiers.ts'
import { camelize, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { Row } from '../schema.ts'

export type TotpFactorRecord = Omit<Domain<'totp_factor'>, 'lastStep'> & { readonly lastStep: number }

export const totpFactors = (db: Executor) => ({
  /** False if the user has one. */
  insert: async (factor: TotpFactorRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('totp_factor')
      .values(snakeCase(factor))
      .onConflict((conflict) => conflict.column('user_id').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  byId: async (id: AuthenticationFactorId): Promise<TotpFactorRecord | undefined> =>
    recordOf(await db.selectFrom('totp_factor').selectAll().where('id', '=', id).executeTakeFirst()),

  ofUser: async (userId: UserId): Promise<TotpFactorRecord | undefined> =>
    recordOf(await db.selectFrom('totp_factor').selectAll().where('user_id', '=', userId).executeTakeFirst()),

  /** As lists go; there is one at most. */
  pageOf: async (userId: UserId, page: Page): Promise<PageOfRows<TotpFactorRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('totp_factor').selectAll().where('user_id', '=', userId),
        'totp_factor.id',
        ({ id }) => id,
        page,
      ),
      present,
    ),

  /** RFC 6238 §5.2: of all who present the code of a step, or of one before it, at once or later, exactly one is taken. */
  takeStep: async (id: AuthenticationFactorId, step: number, now: Date): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('totp_factor')
      .set({ last_step: step, last_used_at: now })
      .where('id', '=', id)
      .where('last_step', '<', step)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  delete: async (id: AuthenticationFactorId): Promise<TotpFactorRecord | undefined> =>
    recordOf(await db.deleteFrom('totp_factor').where('id', '=', id).returningAll().executeTakeFirst()),
})

const present = (row: Row<'totp_factor'>): TotpFactorRecord => ({
  ...camelize(row),
  lastStep: Number(row.last_step),
})

const recordOf = (row: Row<'totp_factor'> | undefined): TotpFactorRecord | undefined => row && present(row)
