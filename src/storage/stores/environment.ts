import type { ClientId } from '../../protocol/identifiers.ts'
import type { Executor } from '../executor.ts'

/** The one environment of this deployment. */
export const environment = (db: Executor) => ({
  /** Gives the environment its client ID if it has none; the one it keeps is the first. */
  claim: async (clientId: ClientId, now: Date): Promise<void> => {
    await db
      .insertInto('environment')
      .values({ client_id: clientId, created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },

  /** Until the transaction ends, nobody else who calls this gets past it. */
  changeAlone: async (): Promise<void> => {
    await db.selectFrom('environment').select('singleton').forUpdate().execute()
  },

  clientId: async (): Promise<ClientId | undefined> =>
    (await db.selectFrom('environment').select('client_id').executeTakeFirst())?.client_id,
})
