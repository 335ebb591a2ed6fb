import type { CacheUse } from '../observability/gauges.ts'
import { type ClientId, parseClientId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import { unansweredAfter } from '../system/failure-code.ts'
import { within } from '../system/timer.ts'
import type { Client } from './client.ts'

/*
 * Clients by their ID, kept in memory for a few seconds: nearly every request begins with one, and the same ones come
 * again and again. What changed is announced by the database (`invalidate`); that an announcement may be lost is why
 * the time is short.
 */
export interface ClientRegistry {
  find(clientId: string): Promise<Client | undefined>
  invalidate(clientId: string): void
  invalidateAll(): void
  use(): CacheUse
}

interface Entry {
  readonly client: Client
  readonly readAt: Date
}

export const createClientRegistry = ({
  stores,
  clock,
  cacheSeconds,
  maximumEntries,
  patienceMilliseconds = 5_000,
}: {
  readonly stores: Pick<Stores, 'clients'>
  readonly clock: Clock
  readonly cacheSeconds: number
  readonly maximumEntries: number
  /** How long a request waits for the database; the next one asks anew, perhaps on a connection that lives. */
  readonly patienceMilliseconds?: number
}): ClientRegistry => {
  // A Map keeps the order of insertion. Taking out and putting back at each use makes the first one the least used.
  const entries = new Map<string, Entry>()
  const lookups = new Map<string, Promise<Client | undefined>>()
  let hits = 0
  let misses = 0

  const cached = (clientId: ClientId, now: Date): Client | undefined => {
    const entry = entries.get(clientId)
    if (!entry) return undefined
    entries.delete(clientId)
    // A clock that was set back must not make an entry live on.
    if (now < entry.readAt || now >= addSeconds(entry.readAt, cacheSeconds)) return undefined
    entries.set(clientId, entry)
    return entry.client
  }

  const keep = (clientId: ClientId, entry: Entry): void => {
    entries.set(clientId, entry)
    if (entries.size <= maximumEntries) return
    for (const leastUsed of entries.keys()) {
      entries.delete(leastUsed)
      return
    }
  }

  const lookUp = (clientId: ClientId, readAt: Date): Promise<Client | undefined> => {
    const reading = within(
      patienceMilliseconds,
      stores.clients.byClientId(clientId),
      unansweredAfter(patienceMilliseconds),
    )
    const lookup = reading
      .then((client) => {
        // An invalidation meanwhile has struck this lookup off: what it read may be from before the change. Whoever
        // is not found is not kept either: a flood of made-up IDs must not push real clients out.
        if (client && lookups.get(clientId) === lookup) keep(clientId, { client, readAt })
        return client
      })
      .finally(() => {
        if (lookups.get(clientId) === lookup) lookups.delete(clientId)
      })
    lookups.set(clientId, lookup)
    return lookup
  }

  return {
    find: async (text) => {
      // What cannot be the ID of a client never reaches the database.
      const clientId = parseClientId(text)
      if (clientId === undefined) return undefined
      const now = clock.now()
      const known = cached(clientId, now)
      if (known) {
        hits += 1
        return known
      }
      misses += 1
      return lookups.get(clientId) ?? lookUp(clientId, now)
    },
    invalidate: (clientId) => {
      entries.delete(clientId)
      lookups.delete(clientId)
    },
    invalidateAll: () => {
      entries.clear()
      lookups.clear()
    },
    use: () => ({ hits, misses, size: entries.size }),
  }
}
