import { z } from 'zod'
import { listObject, listOf } from '../objects/list.ts'
import { refusedRequestObject, refusedRequestSchema } from '../objects/refused-request.ts'
import type { Stores } from '../storage/index.ts'
import { applicationAt } from './application-reference.ts'
import { type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'

export interface RefusedRequestDependencies {
  readonly stores: Stores
  /** Writes down what this node has gathered; that of others follows within seconds. */
  readonly flushRefusedRequests: () => Promise<void>
}

export const refusedRequestOperations = ({
  stores,
  flushRefusedRequests,
}: RefusedRequestDependencies): readonly Operation[] => [
  readOperation({
    id: 'listRefusedRequests',
    method: 'GET',
    path: '/latchkey/v1/applications/:id/refused_requests',
    tag: 'Applications',
    summary: 'List what an application was refused lately, and why.',
    description:
      'What is refused in the same way is one entry, of the last time. The newest 100 of an application are kept, for 7 ' +
      'days after the last time; they are there within ten seconds.',
    permission: 'applications:read',
    query: z.strictObject(pageParameters),
    answer: listOf(refusedRequestSchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const { id } = await applicationAt(stores, params.id)
      const page = pageOf('refusedRequest', query)
      await flushRefusedRequests()
      return listObject(cursorsOf(await stores.refusedRequests.page(id, page), query), refusedRequestObject)
    },
  }),
]
