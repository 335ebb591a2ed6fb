import type { Client } from '../clients/client.ts'
import { actingAs } from '../events/record.ts'
import { type ConsentId, newIdentifier, type OrganizationId, type UserId } from '../protocol/identifiers.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'

/** Whose consent to what, in which organization's name. */
export interface ConsentOf {
  readonly userId: UserId
  readonly client: Client
  readonly organizationId: OrganizationId | null
}

/**
 * Writes down what the user agreed to, or the operator decided for them (first-party), with its event; adds to what
 * there was.
 */
export type GrantConsent = (of: ConsentOf, scopes: readonly string[], now: Date) => Promise<ConsentId>

export const createGrantConsent =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): GrantConsent =>
  ({ userId, client, organizationId }, scopes, now) =>
    transaction(async (stores) => {
      const id = await stores.consents.grant({
        id: newIdentifier('consent', now, random),
        userId,
        applicationId: client.id,
        organizationId,
        scopes: [...scopes],
        createdAt: now,
        updatedAt: now,
      })
      await actingAs({ type: 'user', id: userId }, { stores, now, random }).record({
        name: 'consent.granted',
        targetId: id,
        organizationId,
        data: { client_id: client.clientId, user_id: userId, scopes },
      })
      return id
    })
