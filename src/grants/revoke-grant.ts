import type { Client } from '../clients/client.ts'
import { actingAs } from '../events/record.ts'
import type { GrantId } from '../protocol/identifiers.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'

/** Ends a grant with all its tokens because what it was got by came twice, and writes down why, both or neither. */
export type RevokeGrant = (
  grantId: GrantId,
  reason: 'code_replayed' | 'refresh_token_reused',
  client: Client,
  now: Date,
) => Promise<void>

export const createRevokeGrant =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): RevokeGrant =>
  (grantId, reason, client, now) =>
    transaction(async (stores) => {
      // Twenty replays at once are one revocation, told once.
      if (!(await stores.authorizationGrants.revoke(grantId, now))) return
      const { record } = actingAs({ type: 'client', id: client.clientId }, { stores, now, random })
      const target = { targetId: grantId, organizationId: client.organizationId }
      const name = reason === 'code_replayed' ? 'authorization_code.replayed' : 'refresh_token.reuse_detected'
      await record({ ...target, name, data: { client_id: client.clientId } })
      await record({
        ...target,
        name: 'authorization_grant.revoked',
        data: { client_id: client.clientId, reason },
      })
    })
