import { z } from 'zod'
import { managementPermissions } from '../protocol/management-permission.ts'
import type { ApiKeyRecord } from '../storage/stores/api-keys.ts'
import { createdAndUpdated, instants, optionalInstant, timestamp } from './members.ts'

/** What opens this API. */
export const managementApiKeySchema = z
  .object({
    object: z.literal('management_api_key'),
    id: z.string(),
    name: z.string(),
    obfuscated_value: z.string(),
    permissions: z.array(z.string()).describe(`Of ${managementPermissions.join(', ')}.`),
    last_used_at: timestamp.nullable(),
    ...createdAndUpdated,
  })
  .meta({ id: 'ManagementApiKey' })

/** As it is answered when it is made, and never again. */
export const newManagementApiKeySchema = managementApiKeySchema
  .extend({ value: z.string().describe('Shown this once.') })
  .meta({ id: 'NewManagementApiKey' })

export type ManagementApiKeyObject = z.infer<typeof managementApiKeySchema>

export const managementApiKeyObject = (key: ApiKeyRecord): ManagementApiKeyObject => ({
  object: 'management_api_key',
  id: key.id,
  name: key.name,
  obfuscated_value: key.obfuscatedValue,
  permissions: [...key.permissions],
  last_used_at: optionalInstant(key.lastUsedAt),
  ...instants(key),
})
