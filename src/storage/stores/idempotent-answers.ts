import { camelizeOptional, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export type IdempotentAnswerRecord = Domain<'idempotent_answer'>

export const idempotentAnswers = (db: Executor) => ({
  find: async (keyHash: Hash, now: Date): Promise<IdempotentAnswerRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('idempotent_answer')
        .selectAll()
        .where('key_hash', '=', keyHash)
        .where('expires_at', '>', now)
        .executeTakeFirst(),
    ),

  /**
   * Takes the key for a request. Of several at once one gets it; the others wait for its transaction to end.
   *
   * @returns false if another request has it.
   */
  claim: async (
    { keyHash, requestHash, expiresAt }: Omit<IdempotentAnswerRecord, 'answerSealed'>,
    now: Date,
  ): Promise<boolean> => {
    const values = { request_hash: requestHash, answer_sealed: null, expires_at: expiresAt }
    const row = await db
      .insertInto('idempotent_answer')
      .values({ ...values, key_hash: keyHash })
      .onConflict((conflict) =>
        conflict.column('key_hash').doUpdateSet(values).where('idempotent_answer.expires_at', '<=', now),
      )
      .returning('key_hash')
      .executeTakeFirst()
    return row !== undefined
  },

  keep: async (keyHash: Hash, answerSealed: string): Promise<void> => {
    await db
      .updateTable('idempotent_answer')
      .set({ answer_sealed: answerSealed })
      .where('key_hash', '=', keyHash)
      .execute()
  },
})
