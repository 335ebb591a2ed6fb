import { type ExpressionBuilder, sql } from 'kysely'
import { camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash, Schema } from '../schema.ts'

export type EmailCodeRecord = Domain<'email_code'>

export type NewEmailCode = Pick<
  EmailCodeRecord,
  | ('id' | 'handleHash' | 'browserHash' | 'purpose' | 'normalizedEmail')
  | ('codeHash' | 'createdAt' | 'expiresAt')
>

/** Which code is meant: the handle says so, the browser and the purpose have to be those it was asked for in. */
export type EmailCodeKey = Pick<EmailCodeRecord, 'handleHash' | 'browserHash' | 'purpose'>

const usable =
  ({ handleHash, browserHash, purpose }: EmailCodeKey, now: Date) =>
  ({ and, eb }: ExpressionBuilder<Schema, 'email_code'>) =>
    and([
      eb('handle_hash', '=', handleHash),
      eb('browser_hash', '=', browserHash),
      eb('purpose', '=', purpose),
      eb('proved_at', 'is not', null),
      eb('used_at', 'is', null),
      eb('expires_at', '>', now),
    ])

export const emailCodes = (db: Executor) => ({
  /** The latest is the only one that a browser has for a purpose. */
  issue: async (issued: NewEmailCode): Promise<void> => {
    await db
      .with('former', (query) =>
        query
          .deleteFrom('email_code')
          .where('browser_hash', '=', issued.browserHash)
          .where('purpose', '=', issued.purpose),
      )
      .insertInto('email_code')
      .values(snakeCase(issued))
      .execute()
  },

  /**
   * Counts an attempt, and takes the code if it is the right one: of all who try it at once, one has it.
   *
   * @param usableUntil what it proves holds for so long.
   * @returns undefined if there is none to be tried: it has expired, was entered before, or tried too often.
   */
  attempt: async (
    { handleHash, browserHash, purpose }: EmailCodeKey,
    { codeHash, most, usableUntil }: { codeHash: Hash; most: number; usableUntil: Date },
    now: Date,
  ): Promise<Pick<EmailCodeRecord, 'normalizedEmail' | 'attempts' | 'provedAt'> | undefined> => {
    const isRight = sql<boolean>`code_hash = ${codeHash}`
    return camelizeOptional(
      await db
        .updateTable('email_code')
        .set({
          attempts: sql<number>`attempts + 1`,
          proved_at: sql<Date>`case when ${isRight} then ${now}::timestamptz end`,
          expires_at: sql<Date>`case when ${isRight} then ${usableUntil}::timestamptz else expires_at end`,
        })
        .where('handle_hash', '=', handleHash)
        .where('browser_hash', '=', browserHash)
        .where('purpose', '=', purpose)
        .where('proved_at', 'is', null)
        .where('attempts', '<', most)
        .where('expires_at', '>', now)
        .returning(['normalized_email', 'attempts', 'proved_at'])
        .executeTakeFirst(),
    )
  },

  /** Whether `use` would find it: read before work is done that only is for whoever can use it. */
  isUsable: async (key: EmailCodeKey, now: Date): Promise<boolean> => {
    const row = await db.selectFrom('email_code').select('id').where(usable(key, now)).executeTakeFirst()
    return row !== undefined
  },

  /** Makes use of what a code has proved, once. @returns undefined if that was done, or is too long ago. */
  use: async (
    key: EmailCodeKey,
    now: Date,
  ): Promise<Pick<EmailCodeRecord, 'id' | 'normalizedEmail' | 'createdAt' | 'expiresAt'> | undefined> =>
    camelizeOptional(
      await db
        .updateTable('email_code')
        .set({ used_at: now })
        .where(usable(key, now))
        .returning(['id', 'normalized_email', 'created_at', 'expires_at'])
        .executeTakeFirst(),
    ),

  /** What can be entered or made use of for an account by whoever is not signed in to it. */
  deleteAllTo: async (normalizedEmail: string): Promise<void> => {
    await db
      .deleteFrom('email_code')
      .where('normalized_email', '=', normalizedEmail)
      .where('purpose', 'in', ['sign_in', 'sign_up', 'reset_password'])
      .execute()
  },

  /** One that can still be entered. */
  waiting: async (id: string, now: Date): Promise<EmailCodeRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('email_code')
        .selectAll()
        .where('id', '=', id)
        .where('proved_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst(),
    ),
})
