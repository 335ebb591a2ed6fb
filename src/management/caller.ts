import type { ApiKey } from '../api-keys/api-key.ts'
import type { ApiKeyId, UserId } from '../protocol/identifiers.ts'

/** Who has an operation performed: whoever holds an API key, or an operator at the dashboard. */
export interface Caller {
  readonly actor:
    | { readonly type: 'api_key'; readonly id: ApiKeyId }
    | { readonly type: 'operator'; readonly id: UserId }
  /** What they may do, in the words of the permissions of API keys. */
  readonly permissions: readonly string[]
}

export const callerOf = ({ id, permissions }: Pick<ApiKey, 'id' | 'permissions'>): Caller => ({
  actor: { type: 'api_key', id },
  permissions,
})
