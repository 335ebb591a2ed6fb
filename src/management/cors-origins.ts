import { z } from 'zod'
import { listOrigin, removeOrigin } from '../environment/cors-origins.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { corsOriginObject, corsOriginSchema } from '../objects/cors-origin.ts'
import { listObject, listOf } from '../objects/list.ts'
import type { Stores } from '../storage/index.ts'
import { identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { conflict, invalid } from './refusal.ts'

export interface CorsOriginDependencies {
  readonly stores: Pick<Stores, 'corsOrigins'>
  readonly environment: Pick<EnvironmentRegistry, 'invalidate'>
}

const tag = 'CORS origins'
const path = '/user_management/cors_origins'

export const corsOriginOperations = ({
  stores,
  environment,
}: CorsOriginDependencies): readonly Operation[] => [
  readOperation({
    id: 'listCorsOrigins',
    method: 'GET',
    path,
    tag,
    summary: 'List the web origins whose pages may call the endpoints.',
    permission: 'environment:read',
    query: z.strictObject(pageParameters),
    answer: listOf(corsOriginSchema),
    errors: [],
    handle: async ({ query }) => {
      const page = await stores.corsOrigins.page(pageOf('corsOrigin', query))
      return listObject(cursorsOf(page, query), corsOriginObject)
    },
  }),

  changeOperation({
    id: 'createCorsOrigin',
    method: 'POST',
    path,
    tag,
    summary: 'List a web origin.',
    description: 'Origins matter where the setting `cors` is `listed`; until then every origin is let in.',
    permission: 'environment:write',
    body: z.strictObject({ origin: z.string().describe('Such as https://app.example.com') }),
    answer: corsOriginSchema,
    status: 201,
    errors: [409],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const listed = await listOrigin(acting, body.origin)
        if (listed.outcome === 'listed') {
          acting.afterCommit(environment.invalidate)
          return corsOriginObject(listed.corsOrigin)
        }
        if (listed.code === 'duplicate_cors_origin')
          throw conflict(listed.code, 'The origin is listed already.')
        const message = `The origin ${listed.problem}.`
        const constraints = { [listed.code]: message }
        throw invalid([{ field: 'origin', code: listed.code, message, property: 'origin', constraints }])
      }),
  }),

  changeOperation({
    id: 'deleteCorsOrigin',
    method: 'DELETE',
    path: `${path}/:id`,
    tag,
    summary: 'List a web origin no longer.',
    permission: 'environment:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('corsOrigin', params.id)
        if (!(await removeOrigin(acting, id))) throw notThere('corsOrigin', id)
        acting.afterCommit(environment.invalidate)
        return undefined
      }),
  }),
]
