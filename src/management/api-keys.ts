import { z } from 'zod'
import { createApiKey, revokeApiKey } from '../api-keys/api-key.ts'
import { listObject, listOf } from '../objects/list.ts'
import {
  managementApiKeyObject,
  managementApiKeySchema,
  newManagementApiKeySchema,
} from '../objects/management-api-key.ts'
import {
  type ManagementPermission,
  managementPermissions,
  permits,
} from '../protocol/management-permission.ts'
import type { Stores } from '../storage/index.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { conflict, forbidden, invalidField } from './refusal.ts'

export interface ApiKeyDependencies {
  readonly stores: Pick<Stores, 'apiKeys'>
}

const tag = 'API keys'

/** Of those wanted, what a key does not hold. */
const lacked = (held: readonly string[], wanted: readonly string[]): string[] =>
  wanted.filter((permission) => !permits(held, permission as ManagementPermission))

/** The keys that open this API; those of customers are in customer-api-keys.ts. */
export const apiKeyOperations = ({ stores }: ApiKeyDependencies): readonly Operation[] => [
  readOperation({
    id: 'listManagementApiKeys',
    method: 'GET',
    path: '/latchkey/v1/api_keys',
    tag,
    summary: 'List the API keys that are not revoked.',
    permission: 'api_keys:read',
    query: z.strictObject(pageParameters),
    answer: listOf(managementApiKeySchema),
    errors: [],
    handle: async ({ query }) =>
      listObject(
        cursorsOf(await stores.apiKeys.page(pageOf('apiKey', query)), query),
        managementApiKeyObject,
      ),
  }),

  changeOperation({
    id: 'createManagementApiKey',
    method: 'POST',
    path: '/latchkey/v1/api_keys',
    tag,
    summary: 'Create an API key.',
    description: 'It can be given nothing that the key of this request may not do itself.',
    permission: 'api_keys:write',
    recentSignIn: 'always',
    body: z.strictObject({
      name: z.string().meta({ minLength: 1, maxLength: 255 }),
      permissions: z.array(z.enum(managementPermissions)).min(1).max(managementPermissions.length),
    }),
    answer: newManagementApiKeySchema,
    status: 201,
    errors: [],
    handle: ({ body: { name, permissions }, held, change }) =>
      change(async (acting) => {
        const beyond = lacked(held, permissions)
        if (beyond.length > 0) {
          throw forbidden(`This API key cannot give what it lacks: ${beyond.join(', ')}.`, 'forbidden')
        }
        const created = await createApiKey(acting, { name, permissions })
        if (created.outcome === 'refused') {
          throw invalidField('name', created.code, 'has 1 to 255 characters and no control characters.')
        }
        return { ...managementApiKeyObject(created.apiKey), value: created.value }
      }),
  }),

  readOperation({
    id: 'getManagementApiKey',
    method: 'GET',
    path: '/latchkey/v1/api_keys/:id',
    tag,
    summary: 'Get an API key that is not revoked.',
    permission: 'api_keys:read',
    answer: managementApiKeySchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('apiKey', params.id)
      return managementApiKeyObject(found(await stores.apiKeys.liveById(id), 'apiKey', id))
    },
  }),

  changeOperation({
    id: 'revokeManagementApiKey',
    method: 'DELETE',
    path: '/latchkey/v1/api_keys/:id',
    tag,
    summary: 'Revoke an API key.',
    description:
      'It opens nothing from that moment on. A key may revoke itself and what may do no more than itself; the last one ' +
      'that may do everything stays.',
    permission: 'api_keys:write',
    recentSignIn: 'always',
    status: 204,
    errors: [404, 409],
    handle: ({ params, held, change }) =>
      change(async (acting) => {
        const id = identified('apiKey', params.id)
        const { permissions } = found(await acting.stores.apiKeys.liveById(id), 'apiKey', id)
        if (lacked(held, permissions).length > 0) {
          throw forbidden('This API key cannot revoke one that may do more.', 'forbidden')
        }
        const revoked = await revokeApiKey(acting, id)
        if (revoked.outcome === 'revoked') return undefined
        throw revoked.code === 'last_key'
          ? conflict('last_api_key', 'No other API key may do everything.')
          : notThere('apiKey', id)
      }),
  }),
]
