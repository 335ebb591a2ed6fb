import type { ApiKey } from '../api-keys/api-key.ts'
import type { ApiKeyId, UserId } from '../protocol/identifiers.ts'
import type { OperatorRole } from '../protocol/operator-role.ts'

interface CallerAs<Actor> {
  readonly actor: Actor
  /** What they may do, in the words of the permissions of API keys. */
  readonly permissions: readonly string[]
}

/** At the dashboard. As what and since when they are signed in is looked at again where a change is made (operator-caller.ts). */
export interface OperatorCaller extends CallerAs<{ readonly type: 'operator'; readonly id: UserId }> {
  readonly role: OperatorRole
  readonly authenticatedAt: Date
}

/** Who has an operation performed: whoever holds an API key, an operator at the dashboard, or a user at the developer portal. */
export type Caller =
  | OperatorCaller
  | (CallerAs<
      { readonly type: 'api_key'; readonly id: ApiKeyId } | { readonly type: 'user'; readonly id: UserId }
    > & { readonly role?: undefined })

export const callerOf = ({ id, permissions }: Pick<ApiKey, 'id' | 'permissions'>): Caller => ({
  actor: { type: 'api_key', id },
  permissions,
})
