import { z } from 'zod'
import { registerResource, removeResource } from '../environment/resource-indicators.ts'
import { listObject, listOf } from '../objects/list.ts'
import { resourceIndicatorObject, resourceIndicatorSchema } from '../objects/resource-indicator.ts'
import type { Stores } from '../storage/index.ts'
import { identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { invalidField } from './refusal.ts'

export interface ResourceIndicatorDependencies {
  readonly stores: Pick<Stores, 'resourceIndicators'>
}

const tag = 'Resource indicators'
const path = '/user_management/authkit_oauth_resources'

export const resourceIndicatorOperations = ({
  stores,
}: ResourceIndicatorDependencies): readonly Operation[] => [
  readOperation({
    id: 'listResourceIndicators',
    method: 'GET',
    path,
    tag,
    summary: 'List the APIs that access tokens may be for (RFC 8707).',
    permission: 'environment:read',
    query: z.strictObject(pageParameters),
    answer: listOf(resourceIndicatorSchema),
    errors: [],
    handle: async ({ query }) => {
      const page = await stores.resourceIndicators.page(pageOf('resourceIndicator', query))
      return listObject(cursorsOf(page, query), resourceIndicatorObject)
    },
  }),

  changeOperation({
    id: 'createResourceIndicator',
    method: 'POST',
    path,
    tag,
    summary: 'Register an API that access tokens may be for.',
    description: 'Kept; not in effect yet.',
    permission: 'environment:write',
    body: z.strictObject({
      uri: z.string().describe('Compared byte by byte with what applications ask for.'),
      default: z.boolean().nullish().describe('Takes the place of the one that was the default.'),
    }),
    answer: resourceIndicatorSchema,
    status: 201,
    errors: [],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const registered = await registerResource(acting, { uri: body.uri, isDefault: body.default ?? false })
        if (registered.outcome === 'refused')
          throw invalidField('uri', registered.code, `The URI ${registered.problem}.`)
        return resourceIndicatorObject(registered.resource)
      }),
  }),

  changeOperation({
    id: 'deleteResourceIndicator',
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'Remove an API that access tokens may be for.',
    permission: 'environment:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('resourceIndicator', params.id)
        if (!(await removeResource(acting, id))) throw notThere('resourceIndicator', id)
        return undefined
      }),
  }),
]
