import { actingAs } from '../events/record.ts'
import type { ClientId, GrantId, OrganizationId, UserId } from '../protocol/identifiers.ts'
import type { Approval } from '../storage/stores/device-authorizations.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'

/* What a person decides about a device that waits; with its event, both or neither. */

/** The device, as far as a decision is about it. */
export interface DecidedDevice {
  readonly deviceCodeHash: string
  readonly grantId: GrantId
  readonly clientId: ClientId
  readonly ipAddress: string
}

export type Decision =
  | { readonly answer: 'approved'; readonly approval: Approval }
  | { readonly answer: 'denied' }

/** @returns false if somebody has decided before, or the code has expired. */
export type DecideDevice = (
  device: DecidedDevice,
  decision: Decision,
  by: { readonly userId: UserId; readonly organizationId: OrganizationId | null },
  now: Date,
) => Promise<boolean>

export const createDecideDevice =
  ({ transaction, random }: { readonly transaction: Transaction; readonly random: Random }): DecideDevice =>
  ({ deviceCodeHash, grantId, clientId, ipAddress }, decision, { userId, organizationId }, now) =>
    transaction(async (stores) => {
      const { approve, deny } = stores.deviceAuthorizations
      const isDecided =
        decision.answer === 'approved'
          ? await approve(deviceCodeHash, decision.approval, now)
          : await deny(deviceCodeHash, now)
      if (!isDecided) return false
      await actingAs({ type: 'user', id: userId }, { stores, now, random }).record({
        name: `device_authorization.${decision.answer}`,
        targetId: grantId,
        organizationId,
        data: { client_id: clientId, user_id: userId, ip_address: ipAddress },
      })
      return true
    })
