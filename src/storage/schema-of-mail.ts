import type { ColumnType } from 'kysely'
import type { CodePurpose } from '../protocol/code-purpose.ts'
import type { Hash } from './column-types.ts'

/* The tables of what is told by mail. */

export interface EmailCodeTable {
  id: string
  handle_hash: Hash
  browser_hash: Hash
  purpose: CodePurpose
  normalized_email: string
  code_hash: Hash
  attempts: ColumnType<number, number | undefined, number>
  created_at: Date
  expires_at: Date
  /** When the code was entered. */
  proved_at: ColumnType<Date | null, undefined, Date>
  /** When what that proves was made use of. */
  used_at: ColumnType<Date | null, undefined, Date>
}

export interface MailTable {
  id: string
  recipient: string
  content_sealed: string | null
  attempts: ColumnType<number, number | undefined, number>
  next_attempt_at: Date | null
  sent_at: Date | null
  last_error: string | null
  created_at: Date
  expires_at: Date
}
