import { type Client, isUseOfNote } from '../clients/client.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { createUsage } from './usage.ts'

/** Of each kind. */
const USES_NOTED = 100_000

/** Every few minutes an application renews its tokens; whether it was the day before is what its user wants to know. */
const CONSENT_SECONDS = 3600

/** Leaves out what this node has noted of a thing so short a time ago. What it forgets of that it notes once more. */
const onceIn = <Id>(seconds: number, used: (id: Id, now: Date) => void) => {
  const noted = new Map<Id, Date>()
  return (id: Id, now: Date): void => {
    const last = noted.get(id)
    if (last !== undefined && now < addSeconds(last, seconds)) return
    noted.delete(id)
    noted.set(id, now)
    const [oldest] = noted.keys()
    if (noted.size > USES_NOTED && oldest !== undefined) noted.delete(oldest)
    used(id, now)
  }
}

/** What is noted of being used: secrets, keys, clients that registered themselves, what users agreed to, their sessions. */
export const createUsages = (
  stores: Pick<
    Stores,
    'clientCredentials' | 'apiKeys' | 'customerKeys' | 'clients' | 'consents' | 'sessions'
  >,
) => {
  const usageOf = <Id>(write: (uses: ReadonlyMap<Id, Date>) => Promise<void>) =>
    createUsage<Id>({ write, maximumEntries: USES_NOTED })
  const credentials = usageOf(stores.clientCredentials.used)
  const apiKeys = usageOf(stores.apiKeys.used)
  const customerKeys = usageOf(stores.customerKeys.used)
  const clients = usageOf(stores.clients.used)
  const consents = usageOf(stores.consents.used)
  const sessions = usageOf(stores.sessions.used)
  return {
    credentialUsed: credentials.used,
    apiKeyUsed: apiKeys.used,
    customerKeyUsed: customerKeys.used,
    clientUsed: (client: Client, now: Date): void => {
      if (isUseOfNote(client, now)) clients.used(client.id, now)
    },
    consentUsed: onceIn(CONSENT_SECONDS, consents.used),
    sessionUsed: sessions.used,
    all: [credentials, apiKeys, customerKeys, clients, consents, sessions],
  }
}
