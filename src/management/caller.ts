import type { ApiKey } from '../api-keys/api-key.ts'
import type { ApiKeyId, UserId } from '../protocol/identifiers.ts'

/** Who has an operation performed: whoever holds an API key, an operator at the dashboard, or a user at the developer portal. */
export interface Caller {
  readonly actor:
    | { readonly type: 'api_key'; readonly id: ApiKeyId }
    | { readonly type: 'operator'; readonly id: UserId }
    | { readonly type: 'user'; readonly id: UserId }
  /** What they may do, in the words of the permissions of API keys. */
  readonly permissions: readonly string[]
}

export const callerOf = ({ id, permissions }: Pick<ApiKey, 'id' | 'permissions'>): Caller => ({
  actor: { type: 'api_key', id },
  permissions,
})
