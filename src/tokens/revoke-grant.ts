import type { Client } from '../clients/client.ts'
import type { EventCatalogue } from '../events/catalogue.ts'
import { actingAs } from '../events/record.ts'
import type { GrantId } from '../protocol/identifiers.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'

export type RevocationReason = EventCatalogue['authorization_grant.revoked']['data']['reason']

/**
 * Ends a grant with all its tokens and writes down why, both or neither.
 *
 * @returns false if it had ended before, or never began.
 */
export type RevokeGrant = (
  grantId: GrantId,
  reason: RevocationReason,
  client: Client,
  now: Date,
) => Promise<boolean>

/** What else happened, where the grant was ended because what it was got by came twice. */
const detected = {
  code_replayed: 'authorization_code.replayed',
  device_code_replayed: 'device_code.replayed',
  refresh_token_reused: 'refresh_token.reuse_detected',
  revoked_by_client: undefined,
} as const

export const createRevokeGrant =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): RevokeGrant =>
  (grantId, reason, client, now) =>
    transaction(async (stores) => {
      // Twenty replays at once are one revocation, told once.
      if (!(await stores.authorizationGrants.revoke(grantId, now))) return false
      const { record } = actingAs({ type: 'client', id: client.clientId }, { stores, now, random })
      const target = { targetId: grantId, organizationId: client.organizationId }
      const name = detected[reason]
      if (name) await record({ ...target, name, data: { client_id: client.clientId } })
      await record({
        ...target,
        name: 'authorization_grant.revoked',
        data: { client_id: client.clientId, reason },
      })
      return true
    })
