import type { Stores } from '../../storage/index.ts'
import type { User } from '../../users/user.ts'
import { type OwnPage, SignInFirst } from '../own-page.ts'
import type { Account } from './open-account.ts'

/** Whose account it is. @throws SignInFirst if they were deleted a moment ago, and the session with them. */
export const userOf = async (
  { stores }: { readonly stores: Pick<Stores, 'users'> },
  { session }: Pick<Account, 'session'>,
  ownPage: OwnPage,
): Promise<User> => {
  const user = await stores.users.byId(session.userId)
  if (!user) throw new SignInFirst(ownPage, 'the user is no more')
  return user
}
