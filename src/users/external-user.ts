import type { Acting } from '../events/record.ts'
import type { Metadata } from '../protocol/metadata.ts'
import type { Stores } from '../storage/index.ts'
import { createUser } from './create-user.ts'
import { updateUser } from './update-user.ts'
import { parseEmail, type User } from './user.ts'
import type { RefusedUser } from './user-fields.ts'

/** Somebody whom the operator's own application knows, as it says. */
export interface SaidUser {
  /** Their ID there. */
  readonly externalId: string
  readonly email: string
  /** What is left out stays. */
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly name?: string | undefined
  readonly metadata?: Metadata | undefined
}

/**
 * Whoever has this external ID, as they are said to be; a new user if nobody has. An address that is new here is verified:
 * the application that says whose it is decides who signs in. Nobody is taken over by their address.
 */
export const saveExternalUser = async (
  acting: Acting<Pick<Stores, 'users' | 'sessions'>>,
  said: SaidUser,
): Promise<{ readonly outcome: 'saved'; readonly user: User } | RefusedUser> => {
  const { stores } = acting
  const known = await stores.users.byExternalId(said.externalId)
  if (known) return update(acting, known, said)
  const created = await createUser(acting, { ...said, emailVerified: true })
  if (created.outcome === 'created') return { outcome: 'saved', user: created.user }
  // Two sign-ins of somebody new at once: the other one has made them.
  const made = await stores.users.byExternalId(said.externalId)
  return made ? update(acting, made, said) : created
}

const update = async (
  acting: Acting<Pick<Stores, 'users' | 'sessions'>>,
  { id, normalizedEmail }: User,
  { externalId, ...said }: SaidUser,
): Promise<{ readonly outcome: 'saved'; readonly user: User } | RefusedUser> => {
  const isNewAddress = parseEmail(said.email)?.normalizedEmail !== normalizedEmail
  const updated = await updateUser(acting, id, { ...said, ...(isNewAddress && { emailVerified: true }) })
  if (updated.outcome === 'updated') return { outcome: 'saved', user: updated.user }
  // Deleted between two statements: the next look finds nobody.
  return updated.code === 'user_not_found' ? saveExternalUser(acting, { ...said, externalId }) : updated
}
