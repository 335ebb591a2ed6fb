import type { Client } from '../clients/client.ts'
import { type ConsentId, newIdentifier, type OrganizationId, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Random } from '../system/random.ts'

/** Whose consent to what, in which organization's name. */
export interface ConsentOf {
  readonly userId: UserId
  readonly client: Client
  readonly organizationId: OrganizationId | null
}

/** Writes down what the user agreed to, or the operator decided for them; adds to what there was. */
export const grantConsent = (
  stores: Pick<Stores, 'consents'>,
  { userId, client, organizationId }: ConsentOf,
  scopes: readonly string[],
  now: Date,
  random: Random,
): Promise<ConsentId> =>
  stores.consents.grant({
    id: newIdentifier('consent', now, random),
    userId,
    applicationId: client.id,
    organizationId,
    scopes: [...scopes],
    createdAt: now,
    updatedAt: now,
  })
