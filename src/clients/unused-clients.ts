import { applicationDeleted, loginUriDeleted } from '../events/ended.ts'
import { actingAs } from '../events/record.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import type { Random } from '../system/random.ts'

const DAY_SECONDS = 24 * 3600

/** Few enough for one transaction not to keep anybody waiting. */
const CLIENTS_AT_ONCE = 100

export interface Reaping {
  readonly transaction: Transaction
  readonly random: Random
}

/**
 * Deletes clients that registered themselves and that nobody uses: software is tried out, and installed anew, and never
 * says goodbye. One that any user has agreed to stays, whether it is used or not: its user would find it broken, and
 * could not tell why.
 *
 * @returns how many there were.
 */
export const deleteUnusedClients = async (
  { transaction, random }: Reaping,
  unusedDays: number,
  now: Date,
  signal: AbortSignal,
): Promise<number> => {
  const before = addSeconds(now, -unusedDays * DAY_SECONDS)
  let deleted = 0
  while (!signal.aborted) {
    const part = await transaction(async (stores) => {
      const ids = await stores.clients.lockUnused(before, CLIENTS_AT_ONCE)
      const clients = await stores.clients.byIds(ids)
      const loginUris = await stores.loginUris.lockAllOf({ applicationIds: ids })
      const gone = await stores.clients.deleteUnused(ids)
      const { record } = actingAs({ type: 'system' }, { stores, now, random })
      await record(
        ...gone.flatMap((id) => {
          const client = clients.get(id)
          const its = loginUris.filter(({ applicationId }) => applicationId === id)
          return client ? [...its.map(loginUriDeleted), applicationDeleted(client)] : []
        }),
      )
      return gone.length
    })
    deleted += part
    if (part < CLIENTS_AT_ONCE) break
  }
  return deleted
}
