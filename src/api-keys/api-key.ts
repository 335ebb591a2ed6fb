import type { Acting } from '../events/record.ts'
import { managementApiKeyObject } from '../objects/management-api-key.ts'
import { type ApiKeyId, newIdentifier } from '../protocol/identifiers.ts'
import { EVERYTHING } from '../protocol/management-permission.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { ApiKeyRecord } from '../storage/stores/api-keys.ts'
import { sha256 } from '../system/hash.ts'
import { isKeyValue, MAXIMUM_NAME_LENGTH, newKeyValue } from './key-value.ts'

/*
 * Keys that open the management API. What a key may do is listed in it (protocol/management-permission.ts). A key that
 * was revoked is kept: events name it.
 */

export type ApiKey = ApiKeyRecord

export type CreatedApiKey =
  | {
      readonly outcome: 'created'
      readonly apiKey: ApiKey
      /** Shown this once. */
      readonly value: string
    }
  | { readonly outcome: 'refused'; readonly code: 'name_invalid' }

type ApiKeyChange = Acting<Pick<Stores, 'apiKeys'>>

export const createApiKey = async (
  { stores, now, random, record }: ApiKeyChange,
  given: { readonly name: string; readonly permissions: readonly string[] },
): Promise<CreatedApiKey> => {
  const name = parseLine(given.name, MAXIMUM_NAME_LENGTH)
  if (name === undefined) return { outcome: 'refused', code: 'name_invalid' }
  const { value, ...kept } = newKeyValue(random)
  const apiKey: ApiKey = {
    id: newIdentifier('apiKey', now, random),
    name,
    ...kept,
    permissions: [...new Set(given.permissions)],
    lastUsedAt: null,
    revokedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  await stores.apiKeys.insert(apiKey)
  await record({
    name: 'management_api_key.created',
    targetId: apiKey.id,
    data: managementApiKeyObject(apiKey),
  })
  return { outcome: 'created', apiKey, value }
}

export type RevokedApiKey =
  | { readonly outcome: 'revoked' }
  | { readonly outcome: 'refused'; readonly code: 'api_key_not_found' | 'last_key' }

/** `last_key`: no other may do everything, so nobody could give rights to anybody any more. */
export const revokeApiKey = async (
  { stores, now, record }: Omit<ApiKeyChange, 'random'>,
  id: ApiKeyId,
): Promise<RevokedApiKey> => {
  // All of them locked: of two that revoke each other's key at once, the second finds its own the last.
  const holders = await stores.apiKeys.lockHoldersOf(EVERYTHING)
  if (holders.length === 1 && holders[0] === id) return { outcome: 'refused', code: 'last_key' }
  const apiKey = await stores.apiKeys.revoke(id, now)
  if (!apiKey) return { outcome: 'refused', code: 'api_key_not_found' }
  await record({ name: 'management_api_key.revoked', targetId: id, data: managementApiKeyObject(apiKey) })
  return { outcome: 'revoked' }
}

/** The key of that value, unless revoked. Looked up by its hash: nobody can time their way to one. */
export const verifyApiKey = async (
  stores: Pick<Stores, 'apiKeys'>,
  value: string,
): Promise<ApiKey | undefined> => (isKeyValue(value) ? stores.apiKeys.liveByValue(sha256(value)) : undefined)
