import { actingAs } from '../events/record.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'
import { type UpdatedUser, updateUser } from './update-user.ts'
import type { GivenUserFields } from './user-fields.ts'

/** What a user may say of themselves; how they sign in is proved before it is changed. */
export type ProfileFields = Pick<GivenUserFields, 'name' | 'firstName' | 'lastName' | 'locale'>

/** Of the one who acts. */
export type UpdateProfile = (userId: UserId, fields: ProfileFields, now: Date) => Promise<UpdatedUser>

export const createUpdateProfile =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): UpdateProfile =>
  (userId, { name, firstName, lastName, locale }, now) =>
    // What is refused has written nothing.
    transaction((stores) =>
      updateUser(actingAs({ type: 'user', id: userId }, { stores, now, random }), userId, {
        name,
        firstName,
        lastName,
        locale,
      }),
    )
