import { addSeconds, type Clock } from '../system/clock.ts'
import type { OutboundAnswer, OutboundFetch } from '../system/outbound-fetch.ts'
import { freshSeconds } from './fresh-seconds.ts'
import { checkedKeySet, type PublicJwk } from './key-set.ts'

/*
 * Key sets that clients publish themselves (RFC 7591 §2: jwks_uri): fetched when asked for, kept for minutes. Whoever
 * sends made-up requests in a client's name must not have us ask its server for every one of them: what is kept serves
 * until it is old, a key that is not in it is a reason to ask anew only now and then, and so is a failure.
 */

export interface RemoteKeySets {
  /**
   * The keys of a client at its address, as of a few minutes ago. Of each client by itself: one that has just registered
   * with new keys is not taken for another one that published there before.
   *
   * @param suits whether a key is the one looked for; if none is, they are fetched anew, at most every half minute.
   * @returns none if they cannot be had.
   */
  find(clientId: string, uri: string, suits: (key: PublicJwk) => boolean): Promise<readonly PublicJwk[]>
}

/** Seconds. What the server says of its answer's age holds within these bounds. */
const FRESH = { byDefault: 300, least: 30, most: 900 }
/** How long after an answer an unknown key, and after a failure anything, is a reason to ask again. */
const ASK_AGAIN_SECONDS = 30
/** Keys serve for so long beyond their time when their server does not answer. */
const STALE_SECONDS = 900

const TIMEOUT_MILLISECONDS = 5_000
const MAXIMUM_BYTES = 64 * 1024
const MAXIMUM_KEYS = 50
const MAXIMUM_SETS = 1_000

interface Known {
  readonly keys: readonly PublicJwk[]
  readonly freshUntil: Date
  /** Of the last attempt, whatever came of it. */
  readonly askedAt: Date
}

export const createRemoteKeySets = ({
  outboundFetch,
  clock,
  onError = () => {},
}: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly onError?: (error: unknown) => void
}): RemoteKeySets => {
  // A Map keeps the order of insertion: the first one was used the longest ago.
  const sets = new Map<string, Known>()
  const fetches = new Map<string, Promise<Known>>()

  const keep = (name: string, known: Known): void => {
    sets.delete(name)
    sets.set(name, known)
    if (sets.size <= MAXIMUM_SETS) return
    for (const leastUsed of sets.keys()) {
      sets.delete(leastUsed)
      return
    }
  }

  const ask = async (name: string, uri: string): Promise<Known> => {
    const askedAt = clock.now()
    try {
      const answer = await outboundFetch({
        method: 'GET',
        url: uri,
        headers: { accept: 'application/jwk-set+json, application/json' },
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
        maximumBytes: MAXIMUM_BYTES,
      })
      return { keys: keysOf(answer), freshUntil: addSeconds(askedAt, freshSeconds(answer, FRESH)), askedAt }
    } catch (error) {
      onError(error)
      const former = sets.get(name)
      const isUsable = former !== undefined && askedAt < addSeconds(former.freshUntil, STALE_SECONDS)
      return { keys: isUsable ? former.keys : [], freshUntil: former?.freshUntil ?? askedAt, askedAt }
    }
  }

  /** One at a time for each: who comes meanwhile waits for the same answer. */
  const fetchAnew = (name: string, uri: string): Promise<Known> => {
    const running = fetches.get(name)
    if (running !== undefined) return running
    const fetching = ask(name, uri)
      .then((known) => {
        keep(name, known)
        return known
      })
      .finally(() => fetches.delete(name))
    fetches.set(name, fetching)
    return fetching
  }

  return {
    find: async (clientId, uri, suits) => {
      const name = `${clientId} ${uri}`
      const now = clock.now()
      const known = sets.get(name)
      if (!known || now < known.askedAt) return (await fetchAnew(name, uri)).keys
      const isFresh = now < known.freshUntil
      if (isFresh && known.keys.some(suits)) {
        keep(name, known)
        return known.keys
      }
      return now < addSeconds(known.askedAt, ASK_AGAIN_SECONDS)
        ? known.keys
        : (await fetchAnew(name, uri)).keys
    },
  }
}

/** @throws Error saying what is wrong, without anything of the answer. */
const keysOf = ({ status, body }: OutboundAnswer): readonly PublicJwk[] => {
  if (status !== 200) throw new Error(`The key set was answered with status ${status}.`)
  const { keys } = Object(JSON.parse(body.toString('utf8'))) as { readonly keys?: unknown }
  if (!Array.isArray(keys) || keys.length > MAXIMUM_KEYS) throw new Error('The key set is not one.')
  // RFC 7517 §5: a key that is not understood, or is for something else, is left out.
  return keys.flatMap((key: unknown) => {
    const checked = typeof key === 'object' && key !== null ? checkedKeySet([{ ...key }]) : undefined
    return checked && 'keySet' in checked ? checked.keySet.keys : []
  })
}
