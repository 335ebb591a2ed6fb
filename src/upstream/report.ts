import type { UpstreamFailure } from '../events/catalogue.ts'
import { actingAs } from '../events/record.ts'
import { isToldOf } from '../events/told.ts'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { UserId } from '../protocol/identifiers.ts'
import { keptUserAgent } from '../sessions/browser-session.ts'
import type { Stores } from '../storage/index.ts'
import type { Random } from '../system/random.ts'
import type { User } from '../users/user.ts'

interface From {
  readonly address: string
  readonly userAgent: string | undefined
}

/** Writes down what came of a sign-in at a provider. */
export interface ReportSignIn {
  /** @returns who it was; undefined if they have just been deleted. */
  succeeded(provider: IdentityProvider, userId: UserId, from: From, now: Date): Promise<User | undefined>
  failed(provider: IdentityProvider, code: UpstreamFailure, from: From, now: Date): Promise<void>
}

const messages: Readonly<Record<UpstreamFailure, string>> = {
  refused_by_provider: 'The provider answered with an error.',
  invalid_answer: 'The answer of the provider is not as it has to be.',
  email_not_trusted: 'The provider did not confirm the email address.',
  unknown_user: 'There is no such user, and none is created.',
}

export const createReportSignIn = ({
  stores,
  random,
}: {
  readonly stores: Pick<Stores, 'events' | 'rateLimits' | 'users'>
  readonly random: Random
}): ReportSignIn => {
  const about = ({ id, organizationId }: IdentityProvider, { address, userAgent }: From) => ({
    type: 'sso' as const,
    ip_address: address,
    user_agent: keptUserAgent(userAgent),
    sso: { organization_id: organizationId, connection_id: id, session_id: null },
  })
  return {
    succeeded: async (provider, userId, from, now) => {
      const user = await stores.users.byId(userId)
      if (!user) return undefined
      await actingAs({ type: 'user', id: userId }, { stores, now, random }).record({
        name: 'authentication.sso_succeeded',
        targetId: userId,
        organizationId: provider.organizationId,
        data: { ...about(provider, from), status: 'succeeded', user_id: userId, email: user.email },
      })
      return user
    },
    failed: async (provider, code, from, now) => {
      if (!(await isToldOf(stores, from.address, now))) return
      await actingAs({ type: 'user' }, { stores, now, random }).record({
        name: 'authentication.sso_failed',
        targetId: null,
        organizationId: provider.organizationId,
        data: {
          ...about(provider, from),
          status: 'failed',
          user_id: null,
          email: null,
          error: { code, message: messages[code] },
        },
      })
    },
  }
}
