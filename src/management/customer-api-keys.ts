import { z } from 'zod'
import {
  type CreatedCustomerKey,
  createCustomerKey,
  deleteCustomerKey,
  setCustomerKeyExpiry,
  validateCustomerKey,
} from '../api-keys/customer-key.ts'
import { apiKeyObject, apiKeySchema, newApiKeySchema } from '../objects/api-key.ts'
import { listObject, listOf } from '../objects/list.ts'
import type { ApiKeyId, OrganizationId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { instant, instantOrDay, organizationFilter } from './fields.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, questionOperation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { badRequest, conflict, invalidField, type Refusal } from './refusal.ts'
import { permissionSlugs, unknownPermissions } from './role-refusal.ts'

export interface CustomerKeyDependencies {
  readonly stores: Pick<Stores, 'customerKeys' | 'organizations' | 'users'>
  /** Notes a use, to be written down later. */
  readonly customerKeyUsed: (id: ApiKeyId, now: Date) => void
}

const tag = 'API keys of customers'

const newKey = {
  name: z.string().meta({ minLength: 1, maxLength: 255 }),
  permissions: permissionSlugs.nullish().describe('Slugs.'),
  expires_at: instantOrDay.nullish().describe('In the future; null for never.'),
} as const

export const customerKeyOperations = ({
  stores,
  customerKeyUsed,
}: CustomerKeyDependencies): readonly Operation[] => [
  readOperation({
    id: 'listOrganizationApiKeys',
    method: 'GET',
    path: '/organizations/:organizationId/api_keys',
    tag,
    summary: 'List the API keys of an organization itself.',
    permission: 'customer_keys:read',
    query: z.strictObject(pageParameters),
    answer: listOf(apiKeySchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const organizationId = identified('organization', params.organizationId)
      const page = pageOf('apiKey', query)
      found(await stores.organizations.byId(organizationId), 'organization', organizationId)
      const keys = await stores.customerKeys.page({ organizationId, userId: null }, page)
      return listObject(cursorsOf(keys, query), apiKeyObject)
    },
  }),

  changeOperation({
    id: 'createOrganizationApiKey',
    method: 'POST',
    path: '/organizations/:organizationId/api_keys',
    tag,
    summary: 'Create an API key of an organization itself.',
    permission: 'customer_keys:write',
    body: z.strictObject(newKey),
    answer: newApiKeySchema,
    status: 201,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const organizationId = identified('organization', params.organizationId)
        const created = await createCustomerKey(acting, { organizationId, ...asked(body) })
        if (created.outcome === 'refused')
          throw refusal(created, { organizationId, listed: body.permissions })
        return { ...apiKeyObject(created.key), value: created.value }
      }),
  }),

  readOperation({
    id: 'listUserApiKeys',
    method: 'GET',
    path: '/user_management/users/:userId/api_keys',
    tag,
    summary: 'List the API keys of a user.',
    permission: 'customer_keys:read',
    query: z.strictObject({ ...pageParameters, organization_id: organizationFilter }),
    answer: listOf(apiKeySchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const userId = identified('user', params.userId)
      const page = pageOf('apiKey', query)
      found(await stores.users.byId(userId), 'user', userId)
      const keys = await stores.customerKeys.page({ organizationId: query.organization_id, userId }, page)
      return listObject(cursorsOf(keys, query), apiKeyObject)
    },
  }),

  changeOperation({
    id: 'createUserApiKey',
    method: 'POST',
    path: '/user_management/users/:userId/api_keys',
    tag,
    summary: 'Create an API key of a user in an organization of theirs.',
    description: 'It holds while the membership is active, and ends with it.',
    permission: 'customer_keys:write',
    body: z.strictObject({ ...newKey, organization_id: z.string() }),
    answer: newApiKeySchema,
    status: 201,
    errors: [400, 404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const userId = identified('user', params.userId)
        const organizationId = identified('organization', body.organization_id)
        const created = await createCustomerKey(acting, { organizationId, userId, ...asked(body) })
        if (created.outcome === 'refused') {
          throw refusal(created, { organizationId, userId, listed: body.permissions })
        }
        return { ...apiKeyObject(created.key), value: created.value }
      }),
  }),

  readOperation({
    id: 'getCustomerApiKey',
    method: 'GET',
    path: '/latchkey/v1/customer_keys/:id',
    tag,
    summary: 'Get an API key of a customer.',
    permission: 'customer_keys:read',
    answer: apiKeySchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('apiKey', params.id)
      return apiKeyObject(found(await stores.customerKeys.byId(id), 'apiKey', id))
    },
  }),

  questionOperation({
    id: 'validateApiKey',
    method: 'POST',
    path: '/api_keys/validations',
    tag,
    summary: 'Ask whether a value is that of an API key that holds now.',
    description:
      'Null if it is unknown or has expired, or if its user may not act for the organization any more.',
    permission: 'customer_keys:read',
    body: z.strictObject({ value: z.string() }),
    answer: z.object({ api_key: apiKeySchema.nullable() }),
    errors: [],
    handle: async ({ body, now }) => {
      const key = await validateCustomerKey(stores, body.value, now)
      if (!key) return { api_key: null }
      customerKeyUsed(key.id, now)
      return { api_key: apiKeyObject(key) }
    },
  }),

  changeOperation({
    id: 'expireApiKey',
    method: 'POST',
    path: '/api_keys/:id/expire',
    tag,
    summary: 'Set when an API key expires.',
    permission: 'customer_keys:write',
    body: z.strictObject({
      expires_at: instant.nullish().describe('Absent or past: now. Null: never.'),
    }),
    answer: apiKeySchema,
    status: 200,
    errors: [404, 409],
    handle: ({ params, body, now, change }) =>
      change(async (acting) => {
        const id = identified('apiKey', params.id)
        const expiresAt = body.expires_at === undefined ? now : body.expires_at
        const expired = await setCustomerKeyExpiry(acting, id, expiresAt)
        if (expired.outcome === 'updated') return apiKeyObject(expired.key)
        throw expired.code === 'api_key_not_found'
          ? notThere('apiKey', id)
          : conflict(expired.code, 'The API key has expired, and does not come back.')
      }),
  }),

  changeOperation({
    id: 'deleteApiKey',
    method: 'DELETE',
    path: '/api_keys/:id',
    tag,
    summary: 'Delete an API key of a customer.',
    permission: 'customer_keys:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('apiKey', params.id)
        if (!(await deleteCustomerKey(acting, id))) throw notThere('apiKey', id)
        return undefined
      }),
  }),
]

interface AskedKey {
  readonly name: string
  readonly permissions?: readonly string[] | null | undefined
  readonly expires_at?: Date | null | undefined
}

const asked = ({ name, permissions, expires_at }: AskedKey) => ({
  name,
  permissions: permissions ?? [],
  expiresAt: expires_at ?? undefined,
})

const refusal = (
  refused: Extract<CreatedCustomerKey, { readonly outcome: 'refused' }>,
  {
    organizationId,
    userId,
    listed,
  }: {
    readonly organizationId: OrganizationId
    readonly userId?: UserId
    readonly listed: readonly string[] | null | undefined
  },
): Refusal => {
  switch (refused.code) {
    case 'name_invalid':
      return invalidField('name', refused.code, 'has 1 to 255 characters and no control characters.')
    case 'expiry_not_in_future':
      return invalidField('expires_at', refused.code, 'is not in the future.')
    case 'organization_not_found':
      return notThere('organization', organizationId)
    case 'user_not_found':
      return notThere('user', userId ?? '')
    case 'membership_not_active':
      return badRequest(refused.code, 'The user is no active member of the organization.', [
        {
          field: 'organization_id',
          code: refused.code,
          message: 'is of an organization the user cannot act for',
        },
      ])
    case 'permission_unknown':
      return unknownPermissions(refused.slugs, listed ?? [])
  }
}
