import type { ColumnType } from 'kysely'
import type { AuthenticationFactorId, PasskeyId, UserId } from '../protocol/identifiers.ts'
import type { Hash, Timestamps } from './column-types.ts'

/** bigint: text from one driver, a number from the other; the stores make numbers of both. */
export type Bigint = ColumnType<string | number, number, number>

/** An authenticator app. One a user; it comes to be with its first right code. */
export interface TotpFactorTable extends Timestamps {
  id: AuthenticationFactorId
  user_id: UserId
  secret_sealed: string
  /** What the app shows. */
  issuer: string
  label: string
  /** RFC 6238 §5.2: the latest step whose code was taken. */
  last_step: Bigint
  last_used_at: Date
}

export interface RecoveryCodeTable {
  user_id: UserId
  code_hash: Hash
  created_at: Date
}

/** A credential record (WebAuthn §4). */
export interface PasskeyTable extends Timestamps {
  id: PasskeyId
  user_id: UserId
  /** base64url */
  credential_id: string
  /** COSE */
  public_key: Uint8Array
  sign_count: Bigint
  transports: string[]
  /** WebAuthn §6.1.3, backup eligibility: it may be on many devices. */
  is_synced: boolean
  is_backed_up: boolean
  name: string
  last_used_at: Date | null
}
