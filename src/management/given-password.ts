import { z } from 'zod'
import type { PasswordHasher } from '../system/password-hash.ts'
import {
  importedPasswordHash,
  newPasswordHash,
  type PasswordHash,
  type PasswordProblem,
} from '../users/password.ts'
import { badRequest, invalidField } from './refusal.ts'

/*
 * How a user is given a password by the API: in clear, by the rules for new ones; or as a hash that another system
 * made, by no rules but that it can be verified.
 */

export const passwordFields = {
  password: z.string().nullish().describe('At least 8 characters. Not together with `password_hash`.'),
  password_hash: z.string().nullish().describe('Made by another system, by `password_hash_type`.'),
  password_hash_type: z
    .enum(['bcrypt', 'firebase-scrypt', 'ssha', 'ssha256', 'scrypt', 'pbkdf2', 'argon2'])
    .nullish(),
  password_salt_position: z
    .enum(['prefix', 'suffix'])
    .nullish()
    .describe('Of `ssha256` only: where the salt was put. `suffix` unless given.'),
} as const

export type GivenPassword = z.output<z.ZodObject<typeof passwordFields>>

/**
 * Slow: to be called before the transaction. Undefined if there is neither a password nor a hash.
 *
 * @param email of the user: a password must not be made of it
 * @throws Refusal, PasswordHashingBusy
 */
export const passwordHashOf = async (
  passwordHasher: PasswordHasher,
  {
    password,
    password_hash: hash,
    password_hash_type: type,
    password_salt_position: saltPosition,
  }: GivenPassword,
  email: string,
): Promise<PasswordHash | undefined> => {
  if (typeof password === 'string') {
    if (typeof hash === 'string') throw exclusive('password_and_password_hash_provided', 'password_hash')
    if (type) throw exclusive('password_and_password_hash_type_provided', 'password_hash_type')
  }
  if (saltPosition && typeof hash !== 'string') {
    throw badRequest(
      'password_salt_position_requires_password_hash',
      'password_salt_position says something of a password_hash, and none was given.',
    )
  }
  if (typeof password === 'string') return hashOf(passwordHasher, password, email)
  if (typeof hash !== 'string') {
    if (type) throw invalidField('password_hash', 'required', 'is missing: its type was given.')
    return undefined
  }
  if (!type) throw invalidField('password_hash_type', 'required', 'is missing: a hash was given.')
  if (saltPosition && type !== 'ssha256') {
    throw invalidField('password_salt_position', 'invalid_value', 'can be said of ssha256 alone.')
  }
  const scheme = type === 'ssha256' && saltPosition === 'prefix' ? 'ssha256-prefix' : type
  const imported = importedPasswordHash(scheme, hash)
  if (imported === undefined) {
    throw badRequest(
      'invalid_password_hash',
      `password_hash is no hash of type ${type} in its documented form, or would take too long to verify.`,
    )
  }
  return imported
}

const hashOf = async (
  passwordHasher: PasswordHasher,
  password: string,
  email: string,
): Promise<PasswordHash> => {
  const hashed = await newPasswordHash(passwordHasher, password, email)
  if ('passwordHash' in hashed) return hashed.passwordHash
  const message = problems[hashed.problem]
  throw badRequest('password_strength_error', message, [{ code: `password_${hashed.problem}`, message }])
}

const exclusive = (code: string, other: string) =>
  badRequest(code, `A user is given a password or a hash of one: password and ${other} exclude each other.`)

const problems: Readonly<Record<PasswordProblem, string>> = {
  too_short: 'The password has fewer than 8 characters.',
  too_long: 'The password has more than 256 characters.',
  too_common: 'The password is one of those that are tried first.',
  is_email: 'The password is the e-mail address, or its part before the @.',
}
