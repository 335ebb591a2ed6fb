import type { UserId } from '../protocol/identifiers.ts'

/* Codes that were sent by mail, as WorkOS shows them in events; without the code. */

interface Code {
  readonly user_id: UserId
  readonly email: string
  readonly expires_at: string
  readonly created_at: string
}

export interface MagicAuthObject extends Code {
  readonly object: 'magic_auth'
  readonly id: `magic_auth_${string}`
  readonly updated_at: string
}

export interface EmailVerificationObject extends Code {
  readonly object: 'email_verification'
  readonly id: `email_verification_${string}`
  readonly updated_at: string
}

export interface PasswordResetObject extends Code {
  readonly object: 'password_reset'
  readonly id: `password_reset_${string}`
}

interface CodeOfUser {
  /** Without a prefix: what it is depends on what came of it. */
  readonly id: string
  readonly userId: UserId
  readonly email: string
  readonly createdAt: Date
  readonly expiresAt: Date
}

const codeOf = ({ userId, email, createdAt, expiresAt }: CodeOfUser): Code => ({
  user_id: userId,
  email,
  expires_at: expiresAt.toISOString(),
  created_at: createdAt.toISOString(),
})

export const magicAuthObject = (code: CodeOfUser): MagicAuthObject => ({
  object: 'magic_auth',
  id: `magic_auth_${code.id}`,
  ...codeOf(code),
  updated_at: code.createdAt.toISOString(),
})

export const emailVerificationObject = (code: CodeOfUser): EmailVerificationObject => ({
  object: 'email_verification',
  id: `email_verification_${code.id}`,
  ...codeOf(code),
  updated_at: code.createdAt.toISOString(),
})

export const passwordResetObject = (code: CodeOfUser): PasswordResetObject => ({
  object: 'password_reset',
  id: `password_reset_${code.id}`,
  ...codeOf(code),
})
