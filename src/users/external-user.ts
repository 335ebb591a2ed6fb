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
  /** Whether they have proved that it is theirs; undefined is taken for yes where the address is new here. */
  readonly emailVerified?: boolean | undefined
  /** What is left out stays. */
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly name?: string | undefined
  readonly metadata?: Metadata | undefined
}

/**
 * Whoever has this external ID, as they are said to be; a new user if nobody has. An address that is new here is verified:
 * the application that says whose it is decides who signs in. Nobody is taken over by their address; unless it is wanted
 * (`adoptsByEmail`), and there is no doubt on either side whose address it is.
 */
export const saveExternalUser = async (
  acting: Acting<Pick<Stores, 'users' | 'sessions' | 'emailCodes'>>,
  said: SaidUser,
  adoptsByEmail = false,
): Promise<{ readonly outcome: 'saved'; readonly user: User } | RefusedUser> => {
  const { stores } = acting
  const known = await stores.users.byExternalId(said.externalId)
  if (known) return update(acting, known, said)
  const adopted = adoptsByEmail ? await adopt(acting, said) : undefined
  if (adopted) return adopted
  const created = await createUser(acting, { ...said, emailVerified: said.emailVerified ?? true })
  if (created.outcome === 'created') return { outcome: 'saved', user: created.user }
  // Two sign-ins of somebody new at once: the other one has made them.
  const made = await stores.users.byExternalId(said.externalId)
  return made ? update(acting, made, said) : created
}

/**
 * Gives the external ID to the user who is here already. Whoever has one is somebody of the operator's, and stays it.
 *
 * @returns undefined if there is none that may be adopted.
 */
const adopt = async (
  acting: Acting<Pick<Stores, 'users' | 'sessions' | 'emailCodes'>>,
  said: SaidUser,
): Promise<{ readonly outcome: 'saved'; readonly user: User } | RefusedUser | undefined> => {
  const { stores } = acting
  const address = parseEmail(said.email)?.normalizedEmail
  if (said.emailVerified !== true || address === undefined) return undefined
  const found = await stores.users.byNormalizedEmail(address)
  // As they are now, until the end of the transaction: of two at once the second sees what the first has made of them.
  const user = found && (await stores.users.lock(found.id))
  const isAdoptable = user?.externalId === null && user.emailVerified && user.normalizedEmail === address
  if (!isAdoptable) return undefined
  const updated = await updateUser(acting, user.id, said)
  if (updated.outcome === 'updated') return { outcome: 'saved', user: updated.user }
  return updated.code === 'user_not_found' ? undefined : updated
}

const update = async (
  acting: Acting<Pick<Stores, 'users' | 'sessions' | 'emailCodes'>>,
  { id, normalizedEmail }: User,
  { externalId, emailVerified = true, ...said }: SaidUser,
): Promise<{ readonly outcome: 'saved'; readonly user: User } | RefusedUser> => {
  const isNewAddress = parseEmail(said.email)?.normalizedEmail !== normalizedEmail
  const updated = await updateUser(acting, id, { ...said, ...(isNewAddress && { emailVerified }) })
  if (updated.outcome === 'updated') return { outcome: 'saved', user: updated.user }
  // Deleted between two statements: the next look finds nobody.
  return updated.code === 'user_not_found'
    ? saveExternalUser(acting, { ...said, externalId, emailVerified })
    : updated
}
