import { type Client, isUseOfNote } from '../clients/client.ts'
import type { Stores } from '../storage/index.ts'
import { createUsage } from './usage.ts'

/** Of each kind. */
const USES_NOTED = 100_000

/** What is noted of being used: secrets, keys, and clients that registered themselves. */
export const createUsages = (
  stores: Pick<Stores, 'clientCredentials' | 'apiKeys' | 'customerKeys' | 'clients'>,
) => {
  const usageOf = <Id>(write: (uses: ReadonlyMap<Id, Date>) => Promise<void>) =>
    createUsage<Id>({ write, maximumEntries: USES_NOTED })
  const credentials = usageOf(stores.clientCredentials.used)
  const apiKeys = usageOf(stores.apiKeys.used)
  const customerKeys = usageOf(stores.customerKeys.used)
  const clients = usageOf(stores.clients.used)
  return {
    credentialUsed: credentials.used,
    apiKeyUsed: apiKeys.used,
    customerKeyUsed: customerKeys.used,
    clientUsed: (client: Client, now: Date): void => {
      if (isUseOfNote(client, now)) clients.used(client.id, now)
    },
    all: [credentials, apiKeys, customerKeys, clients],
  }
}
