import type { OAuthError } from '../protocol/error.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import type { OutboundAnswer, OutboundFetch, OutboundRequest } from '../system/outbound-fetch.ts'
import { type Freshness, freshSeconds } from './fresh-seconds.ts'
import { type Counter, createAllowance, createKeptAnswers, isCurrent } from './kept-answers.ts'

/*
 * What clients publish for us to fetch at an address that comes with a request. Whoever sends the request has not said who
 * they are, so we ask as seldom as we can: what was answered is kept as long as its server says, and for half a minute that
 * nothing was; who comes meanwhile waits for an answer that is for everybody; and a node asks only so often.
 */

export interface FetchedAnswers<T> {
  /**
   * What is at the URL. A fragment is not sent (RFC 9110 §7.1), but what is kept is of the URL with it: so it can speak of
   * one content of several.
   *
   * @param counters those of whoever has us ask.
   * @throws OAuthError
   */
  find(url: string, counters: readonly Counter[]): Promise<T>
}

const FAILURE_SECONDS = 30

export const withoutFragment = (url: string): string => url.replace(/#.*$/s, '')

export const createFetchedAnswers = <T>({
  outboundFetch,
  clock,
  maximumEntries,
  request,
  freshness,
  staleSeconds,
  read,
  refusalFor,
  tooMany,
}: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  /** Of each kind: answers, failures. */
  readonly maximumEntries: number
  readonly request: Pick<OutboundRequest, 'headers' | 'timeoutMilliseconds' | 'maximumBytes'>
  readonly freshness: (url: string) => Freshness
  /** How old what is known may be, and yet serve if we must not ask. */
  readonly staleSeconds: number
  /** @throws what refusalFor knows. */
  readonly read: (url: string, answer: OutboundAnswer) => T
  /** @throws what is our own failure. */
  readonly refusalFor: (error: unknown) => OAuthError
  /** When we must not ask. */
  readonly tooMany: () => OAuthError
}): FetchedAnswers<T> => {
  const answers = createKeptAnswers<T>(maximumEntries)
  // By themselves: made-up URLs must not push real clients out. By the place, to which a fragment makes no difference.
  const failures = createKeptAnswers<OAuthError>(maximumEntries)
  const fetches = new Map<string, Promise<Fetched<T>>>()
  const mayAsk = createAllowance()

  const ask = async (url: string, askedAt: Date): Promise<Fetched<T>> => {
    const place = withoutFragment(url)
    try {
      const answer = await outboundFetch({ method: 'GET', url: place, ...request })
      const value = read(url, answer)
      const seconds = freshSeconds(answer, freshness(url))
      if (seconds > 0) answers.keep(url, { value, askedAt, until: addSeconds(askedAt, seconds) })
      else answers.forget(url)
      failures.forget(place)
      return { value, isForAll: seconds > 0 }
    } catch (error) {
      const refusal = refusalFor(error)
      answers.forget(url)
      failures.keep(place, { value: refusal, askedAt, until: addSeconds(askedAt, FAILURE_SECONDS) })
      throw refusal
    }
  }

  return {
    find: async (url, counters) => {
      // RFC 9111 §5.2.2.5: what must not be stored is for the one request that it answers.
      const running = fetches.get(url)
      if (running !== undefined) {
        const { value, isForAll } = await running
        if (isForAll) return value
      }
      const now = clock.now()
      const known = answers.find(url)
      if (known && isCurrent(known, now)) return known.value
      const failed = failures.find(withoutFragment(url))
      if (failed && isCurrent(failed, now)) throw failed.value
      if (!mayAsk(counters, now)) {
        // That others keep us busy is not its fault.
        if (known && now < addSeconds(known.askedAt, staleSeconds)) return known.value
        throw tooMany()
      }
      const fetching = ask(url, now).finally(() => {
        if (fetches.get(url) === fetching) fetches.delete(url)
      })
      fetches.set(url, fetching)
      return (await fetching).value
    },
  }
}

interface Fetched<T> {
  readonly value: T
  readonly isForAll: boolean
}
