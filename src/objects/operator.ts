import { z } from 'zod'
import { operatorRoles } from '../protocol/operator-role.ts'
import type { OperatorInFull } from '../storage/stores/operators.ts'
import { createdAndUpdated, instants } from './members.ts'

export const operatorSchema = z
  .object({
    object: z.literal('operator'),
    user_id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    role: z
      .enum(operatorRoles)
      .describe('An owner may do everything; an admin everything but name operators; a viewer may look.'),
    ...createdAndUpdated,
  })
  .meta({ id: 'Operator' })

export type OperatorObject = z.infer<typeof operatorSchema>

export const operatorObject = (operator: Omit<OperatorInFull, 'lastSignInAt'>): OperatorObject => {
  const { userId, email, role, name, firstName, lastName } = operator
  const parts = [firstName, lastName].filter((part) => part !== null)
  return {
    object: 'operator',
    user_id: userId,
    email,
    name: name ?? (parts.length > 0 ? parts.join(' ') : null),
    role,
    ...instants(operator),
  }
}
