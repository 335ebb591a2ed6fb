import { actingAs } from '../events/record.ts'
import { appointOperator } from '../sessions/appoint-operator.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import type { PasswordHasher } from '../system/password-hash.ts'
import { newHandle, type Random } from '../system/random.ts'
import { createUser } from '../users/create-user.ts'
import { newPasswordHash } from '../users/password.ts'
import { updateUser } from '../users/update-user.ts'
import { parseEmail } from '../users/user.ts'

export interface NamingOwner {
  readonly transaction: Transaction
  readonly passwordHasher: PasswordHasher
  readonly clock: Clock
  readonly random: Random
}

export type NamedOwner =
  | {
      readonly outcome: 'named'
      readonly email: string
      /** Of a user that was made for it, or whose own others may know; shown this once. */
      readonly password: string | undefined
    }
  | { readonly outcome: 'no_email' | 'not_verified' }

/** Makes the user of that address an owner at the dashboard, and the user too if there is none. */
export const nameOwner = async (
  { transaction, passwordHasher, clock, random }: NamingOwner,
  text: string,
): Promise<NamedOwner> => {
  const address = parseEmail(text)
  if (!address) return { outcome: 'no_email' }
  const password = newHandle(random)
  // Slow by design, so before the transaction.
  const hashed = await newPasswordHash(passwordHasher, password, address.email)
  if ('problem' in hashed) throw new Error(`A password by chance is ${hashed.problem}.`)
  return transaction(async (stores) => {
    const acting = actingAs({ type: 'operator' }, { stores, now: clock.now(), random })
    const { passwordHash } = hashed
    const created = await createUser(acting, { email: address.email, emailVerified: true, passwordHash })
    const user =
      created.outcome === 'created'
        ? created.user
        : await stores.users.byNormalizedEmail(address.normalizedEmail)
    // Whoever signed up with an address that they never proved to be theirs is not the one who is meant.
    if (user && !user.emailVerified) return { outcome: 'not_verified' }
    const set = user && (await appointOperator(acting, user.id, 'owner'))
    if (set?.outcome !== 'changed') throw new Error('The user was deleted meanwhile.')
    if (user && set.losesPassword) await updateUser(acting, user.id, { passwordHash })
    return {
      outcome: 'named',
      email: address.email,
      password: created.outcome === 'created' || set.losesPassword ? password : undefined,
    }
  })
}
