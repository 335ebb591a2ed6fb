import type { RecordEvent } from '../events/catalogue.ts'
import { newIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { ApiKeyRecord } from '../storage/stores/api-keys.ts'
import { isCheckedHandle, newCheckedHandle } from '../system/checked-handle.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'

/*
 * Keys that open the management API. Shown once, kept as SHA-256: they are 256 random bits of ours (see
 * clients/credentials.ts). What a key may do is listed in it.
 */

export type ApiKey = ApiKeyRecord

const VALUE_PREFIX = 'sk_'
const SHOWN_CHARACTERS = 4

export interface CreatedApiKey {
  readonly apiKey: ApiKey
  /** Shown this once. */
  readonly value: string
}

export const createApiKey = async (
  {
    stores,
    now,
    random,
    record,
  }: {
    readonly stores: Pick<Stores, 'apiKeys'>
    readonly now: Date
    readonly random: Random
    readonly record: RecordEvent
  },
  { name, permissions }: { readonly name: string; readonly permissions: readonly string[] },
): Promise<CreatedApiKey> => {
  const value = newCheckedHandle(VALUE_PREFIX, random)
  const apiKey: ApiKey = {
    id: newIdentifier('apiKey', now, random),
    name,
    valueHash: sha256(value),
    obfuscatedValue: `${VALUE_PREFIX}...${value.slice(-SHOWN_CHARACTERS)}`,
    permissions: [...new Set(permissions)],
    lastUsedAt: null,
    revokedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  await stores.apiKeys.insert(apiKey)
  await record({
    name: 'management_api_key.created',
    targetId: apiKey.id,
    data: { permissions: apiKey.permissions },
  })
  return { apiKey, value }
}

/** The key of that value, unless revoked. Looked up by its hash: nobody can time their way to one. */
export const verifyApiKey = async (
  stores: Pick<Stores, 'apiKeys'>,
  value: string,
): Promise<ApiKey | undefined> =>
  isCheckedHandle(VALUE_PREFIX, value) ? stores.apiKeys.liveByValue(sha256(value)) : undefined
