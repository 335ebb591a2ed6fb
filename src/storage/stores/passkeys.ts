import { sql } from 'kysely'
import type { PasskeyId, UserId } from '../../protocol/identifiers.ts'
import { camelize, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { Row } from '../schema.ts'

export type PasskeyRecord = Omit<Domain<'passkey'>, 'signCount'> & { readonly signCount: number }

/** What a user has for a second factor. */
export interface SecondFactors {
  readonly hasTotp: boolean
  readonly passkeys: number
  readonly recoveryCodes: number
}

export const passkeys = (db: Executor) => ({
  /** WebAuthn §7.1: false if the credential is anybody's already. */
  insert: async (passkey: PasskeyRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('passkey')
      .values(snakeCase(passkey))
      .onConflict((conflict) => conflict.column('credential_id').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  byCredentialId: async (credentialId: string): Promise<PasskeyRecord | undefined> =>
    optional(
      await db.selectFrom('passkey').selectAll().where('credential_id', '=', credentialId).executeTakeFirst(),
    ),

  /** In the order in which they were made; there are few (authenticators/passkey.ts). */
  ofUser: async (userId: UserId): Promise<PasskeyRecord[]> =>
    (await db.selectFrom('passkey').selectAll().where('user_id', '=', userId).orderBy('id').execute()).map(
      recordOf,
    ),

  pageOf: async (userId: UserId, page: Page): Promise<PageOfRows<PasskeyRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('passkey').selectAll().where('user_id', '=', userId),
        'passkey.id',
        ({ id }) => id,
        page,
      ),
      recordOf,
    ),

  /**
   * WebAuthn §7.2: notes a use. Of two that say the same count, one is a copy of the other.
   *
   * @returns false if the count has not grown (or, of an authenticator that counts nothing, is not zero), or there is no
   * such passkey any more.
   */
  use: async (
    id: PasskeyId,
    { signCount, isBackedUp }: Pick<PasskeyRecord, 'signCount' | 'isBackedUp'>,
    now: Date,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('passkey')
      .set({ sign_count: signCount, is_backed_up: isBackedUp, last_used_at: now })
      .where('id', '=', id)
      .where('sign_count', signCount === 0 ? '=' : '<', signCount)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  /** @returns what it is now; undefined if the user has none such. */
  rename: async (
    { id, userId }: Pick<PasskeyRecord, 'id' | 'userId'>,
    name: string,
    now: Date,
  ): Promise<PasskeyRecord | undefined> =>
    optional(
      await db
        .updateTable('passkey')
        .set({ name, updated_at: now })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .returningAll()
        .executeTakeFirst(),
    ),

  delete: async ({ id, userId }: Pick<PasskeyRecord, 'id' | 'userId'>): Promise<PasskeyRecord | undefined> =>
    optional(
      await db
        .deleteFrom('passkey')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .returningAll()
        .executeTakeFirst(),
    ),

  /** Whether none of these has been removed. */
  haveAll: async (userId: UserId, ids: readonly PasskeyId[]): Promise<boolean> => {
    const rows = await db
      .selectFrom('passkey')
      .select('id')
      .where('user_id', '=', userId)
      .where('id', 'in', ids)
      .execute()
    return rows.length === new Set(ids).size
  },

  /** All that a user can prove themselves with besides the first factor, in one statement. */
  secondFactorsOf: async (userId: UserId): Promise<SecondFactors> => {
    const { rows } = await sql<{ totp: boolean; passkeys: number; codes: number }>`
      select exists (select from totp_factor where user_id = ${userId}) as totp,
             (select count(*)::integer from passkey where user_id = ${userId}) as passkeys,
             (select count(*)::integer from recovery_code where user_id = ${userId}) as codes`.execute(db)
    const { totp = false, passkeys: count = 0, codes = 0 } = rows[0] ?? {}
    return { hasTotp: totp, passkeys: count, recoveryCodes: codes }
  },
})

const recordOf = (row: Row<'passkey'>): PasskeyRecord => ({
  ...camelize(row),
  // One driver says bytes, the other a Buffer.
  publicKey: Uint8Array.from(row.public_key),
  signCount: Number(row.sign_count),
})

const optional = (row: Row<'passkey'> | undefined): PasskeyRecord | undefined => row && recordOf(row)
