import { z } from 'zod'
import type { CustomerKeyRecord } from '../storage/stores/customer-keys.ts'
import { createdAndUpdated, instants, optionalInstant, timestamp } from './members.ts'

/** Of the operator's customers: shown to the operator's API, not to ours. */
export const apiKeySchema = z
  .object({
    object: z.literal('api_key'),
    id: z.string(),
    owner: z.discriminatedUnion('type', [
      z.object({ type: z.literal('organization'), id: z.string() }),
      z.object({ type: z.literal('user'), id: z.string(), organization_id: z.string() }),
    ]),
    name: z.string(),
    obfuscated_value: z.string(),
    last_used_at: timestamp.nullable(),
    expires_at: timestamp.nullable(),
    permissions: z.array(z.string()),
    ...createdAndUpdated,
  })
  .meta({ id: 'ApiKey' })

/** As it is answered when it is made, and never again. */
export const newApiKeySchema = apiKeySchema
  .extend({ value: z.string().describe('Shown this once.') })
  .meta({ id: 'NewApiKey' })

export type ApiKeyObject = z.infer<typeof apiKeySchema>

export const apiKeyObject = (key: CustomerKeyRecord): ApiKeyObject => ({
  object: 'api_key',
  id: key.id,
  owner:
    key.userId === null
      ? { type: 'organization', id: key.organizationId }
      : { type: 'user', id: key.userId, organization_id: key.organizationId },
  name: key.name,
  obfuscated_value: key.obfuscatedValue,
  last_used_at: optionalInstant(key.lastUsedAt),
  expires_at: optionalInstant(key.expiresAt),
  permissions: [...key.permissions],
  ...instants(key),
})
