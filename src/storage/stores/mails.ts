import { camelize, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { isTakenBy, type SendingRoom, takenUntil } from '../fair-taking.ts'

export type MailRecord = Domain<'mail'>

/** All mail goes to one server, which is the one that can fail. */
export const SMTP_SERVER = 'smtp'
export type SmtpServerName = typeof SMTP_SERVER

export const mails = (db: Executor) => ({
  insert: async (
    mail: Pick<MailRecord, 'id' | 'recipient' | 'createdAt' | 'expiresAt'> & { contentSealed: string },
  ): Promise<void> => {
    await db
      .insertInto('mail')
      .values({ ...snakeCase(mail), next_attempt_at: mail.createdAt, sent_at: null, last_error: null })
      .execute()
  },

  /** Takes what is due, and what was never tried before what has failed. What is taken comes back at `until`. */
  take: async (
    { limit, perReceiver, room }: SendingRoom<SmtpServerName>,
    until: Date,
    now: Date,
  ): Promise<MailRecord[]> => {
    const places = Math.min(limit, room.get(SMTP_SERVER) ?? perReceiver)
    const taken = await db
      .updateTable('mail')
      .set(takenUntil(until))
      .where('id', 'in', (query) =>
        query
          .selectFrom('mail')
          .select('id')
          .where('next_attempt_at', '<=', now)
          .orderBy(({ eb }) => eb('attempts', '>', 0))
          .orderBy('next_attempt_at')
          .limit(places)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .execute()
    return taken.map(camelize)
  },

  /** What came of an attempt, as `take` gave it; false, and nothing changed, if another has begun since. */
  attempted: async (
    taken: MailRecord,
    { nextAttemptAt, sentAt, lastError }: Pick<MailRecord, 'nextAttemptAt' | 'sentAt' | 'lastError'>,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('mail')
      .set({
        next_attempt_at: nextAttemptAt,
        sent_at: sentAt,
        last_error: lastError,
        // What is over needs no content, which is a secret.
        ...(nextAttemptAt === null && { content_sealed: null }),
      })
      .where('id', '=', taken.id)
      .where(isTakenBy(taken))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})
