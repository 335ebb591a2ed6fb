import { forgetFactors } from '../authenticators/forget-factors.ts'
import type { SessionEnd } from '../events/catalogue.ts'
import { consentWithdrawn, sessionRevoked } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Proof } from './sign-in-progress.ts'

/**
 * What of the account somebody has shown, besides the mailbox: whoever knows its password, or has its passkey, is no stranger
 * to it. What a provider says of a password is of its own.
 */
export const shownOf = ({
  amr,
  passkeyIds = [],
  providerId,
}: Pick<Proof, 'amr'> & Partial<Pick<Proof, 'passkeyIds' | 'providerId'>>): {
  readonly knowsPassword: boolean
  readonly hasPasskey: boolean
} => {
  const isByProvider = providerId !== undefined
  return {
    knowsPassword: !isByProvider && amr.includes('pwd'),
    hasPasskey: passkeyIds.length > 0 || (!isByProvider && (amr.includes('swk') || amr.includes('hwk'))),
  }
}

/**
 * With the first proof of an address everything goes that its owner did not do: whoever was in the account before may be
 * somebody who waited for them to come. Factors and identities would open it again; sessions and what was granted are
 * still open; and an application that somebody else allowed would be let in without a word.
 *
 * The same where what strangers may have left behind would be worth more to them from now on (appoint-operator.ts).
 *
 * @param proved what the owner has shown along with it stays.
 */
export const forgetStrangers = async (
  acting: Acting<Stores>,
  userId: UserId,
  proved?: Pick<Proof, 'sessionId' | 'providerId'>,
  why: SessionEnd = 'address_proved',
): Promise<void> => {
  const { stores, now, record } = acting
  await forgetFactors(acting, userId)
  const ended = await stores.sessions.endSomeOf(userId, { except: proved?.sessionId }, now)
  await record(...ended.map((session) => sessionRevoked(session, why, now)))
  const identities = await stores.identities.deleteAllOf(userId, { except: proved?.providerId })
  for (const { providerId, subject } of identities) {
    const data = { identity_provider_id: providerId, subject }
    await record({ name: 'identity.unlinked', targetId: userId, data })
  }
  const consents = await stores.consents.withdrawAllOf(userId)
  const clients = await stores.clients.byIds(consents.map(({ applicationId }) => applicationId))
  await record(
    ...consents.flatMap((consent) => {
      const client = clients.get(consent.applicationId)
      return client ? [consentWithdrawn(consent, client)] : []
    }),
  )
}
