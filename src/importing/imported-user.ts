import { z } from 'zod'
import { isPlainText } from '../protocol/plain-text.ts'
import type { PasswordScheme } from '../system/imported-password-hash.ts'
import { jsonIn } from './read-entry.ts'

/*
 * A user as a file says it, by the names of the management API: a line of JSON, or a row of a table.
 */

const text = z.string().refine(isPlainText, { error: 'has control characters' })

const schemes = ['bcrypt', 'firebase-scrypt', 'ssha', 'ssha256', 'scrypt', 'pbkdf2', 'argon2'] as const

const membershipSchema = z.strictObject({
  /** Its ID, or the external ID that the operator gave it. */
  organization: text.min(1),
  role: text.min(1).optional(),
})

export const importedUserSchema = z.strictObject({
  email: text.min(1),
  email_verified: z.boolean().optional(),
  first_name: text.nullish(),
  last_name: text.nullish(),
  name: text.nullish(),
  locale: text.nullish(),
  external_id: text.nullish(),
  metadata: z.record(z.string(), z.string()).optional(),
  password_hash: z.string().nullish(),
  password_hash_type: z.enum(schemes).nullish(),
  password_salt_position: z.enum(['prefix', 'suffix']).nullish(),
  memberships: z.array(membershipSchema).max(100).optional(),
})

export type ImportedUser = z.output<typeof importedUserSchema>

export const schemeOf = ({
  password_hash_type: type,
  password_salt_position: position,
}: Pick<ImportedUser, 'password_hash_type' | 'password_salt_position'>): PasswordScheme | undefined =>
  type === 'ssha256' && position === 'prefix' ? 'ssha256-prefix' : (type ?? undefined)

/** Columns of a table. A membership is two of them: somebody of several organizations is a line of JSON. */
export const columns = [
  ...['email', 'email_verified', 'first_name', 'last_name', 'name', 'locale', 'external_id', 'metadata'],
  ...['password_hash', 'password_hash_type', 'password_salt_position', 'organization', 'role'],
] as const

/** What stands in the row, as a line of JSON would have it; a cell that is empty says nothing. */
export const userOfRow = (row: Readonly<Record<string, string>>): unknown => {
  const given = Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ''))
  const { email_verified: verified, metadata, organization, role, ...rest } = given
  return {
    ...rest,
    ...(verified !== undefined && { email_verified: truths[verified.toLowerCase()] ?? verified }),
    ...(metadata !== undefined && { metadata: jsonIn(metadata) ?? metadata }),
    ...((organization ?? role) !== undefined && {
      memberships: [{ organization, ...(role !== undefined && { role }) }],
    }),
  }
}

const truths: Readonly<Record<string, boolean>> = {
  ...{ true: true, t: true, yes: true, '1': true },
  ...{ false: false, f: false, no: false, '0': false },
}
