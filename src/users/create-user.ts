import type { RecordEvent } from '../events/catalogue.ts'
import { newIdentifier, type UserId } from '../protocol/identifiers.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { Random } from '../system/random.ts'
import type { PasswordHash } from './password.ts'
import { parseEmail, type User } from './user.ts'

const MAXIMUM_NAME_LENGTH = 255

export interface NewUser {
  readonly email: string
  readonly emailVerified?: boolean | undefined
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly name?: string | undefined
  readonly locale?: string | undefined
  readonly pictureUrl?: string | undefined
  readonly externalId?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Of newPasswordHash, made before the transaction began. */
  readonly passwordHash?: PasswordHash | undefined
}

export type CreatedUser =
  | { readonly outcome: 'created'; readonly user: User }
  | {
      readonly outcome: 'refused'
      readonly code: 'email_invalid' | 'name_invalid' | 'email_not_available' | 'external_id_already_used'
    }

export interface UserChange {
  readonly stores: Pick<Stores, 'users'>
  readonly now: Date
  readonly random: Random
  readonly record: RecordEvent
}

/** An account. Of several created at once with one e-mail address, in whatever case, exactly one comes to be. */
export const createUser = async (
  { stores, now, random, record }: UserChange,
  given: NewUser,
): Promise<CreatedUser> => {
  const address = parseEmail(given.email)
  if (!address) return refused('email_invalid')
  const firstName = parseName(given.firstName)
  const lastName = parseName(given.lastName)
  const name = parseName(given.name)
  if (firstName === undefined || lastName === undefined || name === undefined) return refused('name_invalid')

  const user: User = {
    id: newIdentifier('user', now, random),
    ...address,
    emailVerified: given.emailVerified ?? false,
    firstName,
    lastName,
    name,
    locale: given.locale ?? null,
    pictureUrl: given.pictureUrl ?? null,
    externalId: given.externalId ?? null,
    metadata: { ...given.metadata },
    passwordHash: given.passwordHash ?? null,
    lastSignInAt: null,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.users.insert(user))) {
    const isTaken = (await stores.users.byNormalizedEmail(user.normalizedEmail)) !== undefined
    return refused(isTaken ? 'email_not_available' : 'external_id_already_used')
  }
  await record({ name: 'user.created', targetId: user.id, data: {} })
  return { outcome: 'created', user }
}

/** False if there is none. Sessions, memberships, consents and all that was granted in the user's name go along. */
export const deleteUser = async (
  { stores, record }: Pick<UserChange, 'stores' | 'record'>,
  id: UserId,
): Promise<boolean> => {
  if (!(await stores.users.delete(id))) return false
  await record({ name: 'user.deleted', targetId: id, data: {} })
  return true
}

const refused = <Code>(code: Code): { readonly outcome: 'refused'; readonly code: Code } => ({
  outcome: 'refused',
  code,
})

/** Null if not given or empty, undefined if it cannot be one. */
const parseName = (text: string | undefined): string | null | undefined =>
  text === undefined || text.trim() === '' ? null : parseLine(text, MAXIMUM_NAME_LENGTH)
