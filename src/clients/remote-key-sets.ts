import { OAuthError } from '../protocol/error.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import type { OutboundAnswer, OutboundFetch } from '../system/outbound-fetch.ts'
import { type Client, isVouchedFor } from './client.ts'
import { freshSeconds } from './fresh-seconds.ts'
import {
  type AskingLimits,
  createAllowance,
  createKeptAnswers,
  isCurrent,
  type Kept,
  strangersCounters,
} from './kept-answers.ts'
import { checkedKeySet, type PublicJwk } from './key-set.ts'

/*
 * Key sets that clients publish themselves (RFC 7591 §2: jwks_uri): fetched when asked for, kept for minutes. Whoever
 * sends made-up requests in a client's name must not have us ask its server for every one of them: what is kept serves
 * until it is old, a key that is not in it is a reason to ask anew only now and then, and so is a failure. What is kept is of
 * one client alone, so that many which register with one address are many who ask there: that has a limit of its own.
 */

export interface RemoteKeySets {
  /**
   * The keys of a client at its address, as of a few minutes ago. Of each client by itself: one that has just registered
   * with new keys is not taken for another one that published there before.
   *
   * @param suits whether a key is the one looked for; if none is, they are fetched anew, at most every half minute.
   * @returns none if they cannot be had.
   * @throws OAuthError temporarily_unavailable, if too much is asked for clients that nobody vouches for.
   */
  find(owner: Publisher, suits: (key: PublicJwk) => boolean): Promise<readonly PublicJwk[]>
}

type Publisher = Pick<Client, 'clientId' | 'wasDynamicallyRegistered'> & { readonly jwksUri: string }

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

export const keySetLimits: AskingLimits = { aMinute: 600, ofOneHost: 120 }

export const createRemoteKeySets = ({
  outboundFetch,
  clock,
  onError = () => {},
  limits = keySetLimits,
}: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly onError?: (error: unknown) => void
  readonly limits?: AskingLimits
}): RemoteKeySets => {
  const sets = createKeptAnswers<readonly PublicJwk[]>(MAXIMUM_SETS)
  const fetches = new Map<string, Promise<readonly PublicJwk[]>>()
  const mayAsk = createAllowance()

  const ask = async (uri: string, former: KeySet | undefined, askedAt: Date): Promise<KeySet> => {
    try {
      const answer = await outboundFetch({
        method: 'GET',
        url: uri,
        headers: { accept: 'application/jwk-set+json, application/json' },
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
        maximumBytes: MAXIMUM_BYTES,
      })
      return { value: keysOf(answer), until: addSeconds(askedAt, freshSeconds(answer, FRESH)), askedAt }
    } catch (error) {
      onError(error)
      const value = former && isUsable(former, askedAt) ? former.value : []
      return { value, until: former?.until ?? askedAt, askedAt }
    }
  }

  return {
    find: async (owner, suits) => {
      const name = `${owner.clientId} ${owner.jwksUri}`
      const now = clock.now()
      const known = sets.find(name)
      if (known && (wasJustAsked(known, now) || (isCurrent(known, now) && known.value.some(suits)))) {
        return known.value
      }
      // One at a time for each: who comes meanwhile waits for the same answer.
      const running = fetches.get(name)
      if (running !== undefined) return running
      // Each client has us ask every half minute at most, and of those that the operator made there are so many.
      if (!isVouchedFor(owner) && !mayAsk(strangersCounters(owner.jwksUri, limits), now)) {
        if (known && isUsable(known, now)) return known.value
        throw new OAuthError(
          'temporarily_unavailable',
          'Try again in a minute.',
          'too many key sets are asked for',
        )
      }
      const fetching = ask(owner.jwksUri, known, now)
        .then((answered) => {
          sets.keep(name, answered)
          return answered.value
        })
        .finally(() => fetches.delete(name))
      fetches.set(name, fetching)
      return fetching
    },
  }
}

type KeySet = Kept<readonly PublicJwk[]>

const isUsable = ({ until }: KeySet, now: Date): boolean => now < addSeconds(until, STALE_SECONDS)

const wasJustAsked = ({ askedAt }: KeySet, now: Date): boolean =>
  askedAt <= now && now < addSeconds(askedAt, ASK_AGAIN_SECONDS)

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
