import type { UserId } from '../../protocol/identifiers.ts'
import type { OperatorRole } from '../../protocol/operator-role.ts'
import { type Camelized, camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { Row } from '../schema.ts'

export type OperatorRecord = Domain<'operator'>

/** With who they are. */
export type OperatorInFull = OperatorRecord &
  Camelized<Pick<Row<'user'>, 'email' | 'name' | 'first_name' | 'last_name' | 'last_sign_in_at'>>

export const operators = (db: Executor) => {
  const inFull = () =>
    db
      .selectFrom('operator')
      .innerJoin('user', 'user.id', 'operator.user_id')
      .selectAll('operator')
      .select(['user.email', 'user.name', 'user.first_name', 'user.last_name', 'user.last_sign_in_at'])

  return {
    /** Undefined: no operator. */
    roleOf: async (userId: UserId): Promise<OperatorRole | undefined> =>
      (await db.selectFrom('operator').select('role').where('user_id', '=', userId).executeTakeFirst())?.role,

    /** The same; until the end of the transaction nobody gives them another. */
    lockRoleOf: async (userId: UserId): Promise<OperatorRole | undefined> =>
      (
        await db
          .selectFrom('operator')
          .select('role')
          .where('user_id', '=', userId)
          .forShare()
          .executeTakeFirst()
      )?.role,

    byUserId: async (userId: UserId): Promise<OperatorInFull | undefined> =>
      camelizeOptional(await inFull().where('operator.user_id', '=', userId).executeTakeFirst()),

    page: async (page: Page): Promise<PageOfRows<OperatorInFull>> =>
      mapPage(await pageRows(inFull(), 'operator.user_id', ({ user_id }) => user_id, page), camelize),

    /** Whoever is an owner; until the end of the transaction none of them stops being one but by what that does. */
    lockOwners: async (): Promise<UserId[]> => {
      const rows = await db
        .selectFrom('operator')
        .select('user_id')
        .where('role', '=', 'owner')
        .orderBy('user_id')
        .forUpdate()
        .execute()
      return rows.map(({ user_id }) => user_id)
    },

    set: async (operator: OperatorRecord): Promise<void> => {
      const { role, updatedAt } = operator
      await db
        .insertInto('operator')
        .values(snakeCase(operator))
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ role, updated_at: updatedAt }))
        .execute()
    },

    delete: async (userId: UserId): Promise<void> => {
      await db.deleteFrom('operator').where('user_id', '=', userId).execute()
    },
  }
}
