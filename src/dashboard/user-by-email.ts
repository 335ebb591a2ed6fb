import { invalidField } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import { type UserObject, userSchema } from '../objects/user.ts'
import type { Ask, Asking } from './ask.ts'

/**
 * The user whose address stands in the field `email` of a form.
 *
 * @param otherwise what to do first, where nobody has it
 * @throws Refusal 422 beside the field
 */
export const userByEmail = async (
  ask: Ask,
  asking: Asking,
  email: string | undefined,
  otherwise: string,
): Promise<UserObject> => {
  const found =
    email && (await ask(asking, 'listUsers', listOf(userSchema), { query: { email, limit: '1' } }))
  const [user] = found ? found.data : []
  if (!user) throw invalidField('email', 'user_not_found', `belongs to no user: ${otherwise}`)
  return user
}
