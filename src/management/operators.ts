import { z } from 'zod'
import { listObject, listOf } from '../objects/list.ts'
import { operatorObject, operatorSchema } from '../objects/operator.ts'
import { removeOperator } from '../operators/operator.ts'
import { type OperatorRole, operatorRoles } from '../protocol/operator-role.ts'
import { appointOperator } from '../sessions/appoint-operator.ts'
import type { Stores } from '../storage/index.ts'
import { identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { forbidden, notFound } from './refusal.ts'
import { holdsAllOf, lastOwner } from './rights-over-operator.ts'

export interface OperatorDependencies {
  readonly stores: Pick<Stores, 'operators' | 'users'>
}

const tag = 'Operators'
const path = '/latchkey/v1/operators'

/** @throws Refusal 403 */
const requireAllOf = (held: readonly string[], role: OperatorRole): void => {
  if (!holdsAllOf(held, role)) {
    throw forbidden(`Only who may do what an ${role} may can make or unmake one.`, 'forbidden')
  }
}

/** Who may do what at the dashboard. */
export const operatorOperations = ({ stores }: OperatorDependencies): readonly Operation[] => [
  readOperation({
    id: 'listOperators',
    method: 'GET',
    path,
    tag,
    summary: 'List who may use the dashboard.',
    permission: 'operators:read',
    query: z.strictObject(pageParameters),
    answer: listOf(operatorSchema),
    errors: [],
    handle: async ({ query }) =>
      listObject(cursorsOf(await stores.operators.page(pageOf('user', query)), query), operatorObject),
  }),

  readOperation({
    id: 'getOperator',
    method: 'GET',
    path: `${path}/:id`,
    tag,
    summary: 'Get the role of a user at the dashboard.',
    permission: 'operators:read',
    answer: operatorSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('user', params.id)
      const operator = await stores.operators.byUserId(id)
      if (!operator) throw notFound('Operator', id)
      return operatorObject(operator)
    },
  }),

  changeOperation({
    id: 'setOperator',
    method: 'PUT',
    path: `${path}/:id`,
    tag,
    summary: 'Let a user use the dashboard, or change what they may do there.',
    description:
      'Nobody can be given more than the key of this request may do. The last owner stays one. Who may do more than before ' +
      'is signed out everywhere; and a password that was set neither by them nor by this key is taken away, with their ' +
      'passkeys, second factors and connections to identity providers, which others may have added.',
    permission: 'operators:write',
    recentSignIn: 'always',
    body: z.strictObject({ role: z.enum(operatorRoles) }),
    answer: operatorSchema,
    status: 200,
    errors: [404, 409],
    handle: ({ params, body: { role }, held, change }) =>
      change(async (acting) => {
        const id = identified('user', params.id)
        requireAllOf(held, role)
        // Nobody gives them another role between what is read here and what is made of it.
        await acting.stores.users.lock(id)
        const before = await acting.stores.operators.byUserId(id)
        if (before) requireAllOf(held, before.role)
        const set = await appointOperator(acting, id, role)
        if (set.outcome === 'changed') return set.operator
        throw set.code === 'last_owner' ? lastOwner() : notThere('user', id)
      }),
  }),

  changeOperation({
    id: 'removeOperator',
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'Let a user use the dashboard no more.',
    description: 'They stay a user. The last owner stays an operator.',
    permission: 'operators:write',
    recentSignIn: 'always',
    status: 204,
    errors: [404, 409],
    handle: ({ params, held, change }) =>
      change(async (acting) => {
        const id = identified('user', params.id)
        await acting.stores.users.lock(id)
        const before = await acting.stores.operators.byUserId(id)
        if (!before) throw notFound('Operator', id)
        requireAllOf(held, before.role)
        const removed = await removeOperator(acting, id)
        if (removed.outcome === 'removed') return undefined
        throw removed.code === 'last_owner' ? lastOwner() : notFound('Operator', id)
      }),
  }),
]
