import { addSeconds } from '../system/clock.ts'

/*
 * What other servers answered, and how often a node asks them: the bounds of everything that is fetched because somebody
 * sent a request. What is fetched for a user who has signed in is counted for all nodes together (client-logos.ts).
 */

export interface Kept<T> {
  readonly value: T
  readonly askedAt: Date
  readonly until: Date
}

/** A clock that was set back must not make an entry live on. */
export const isCurrent = ({ askedAt, until }: Kept<unknown>, now: Date): boolean =>
  askedAt <= now && now < until

export interface KeptAnswers<T> {
  keep(name: string, entry: Kept<T>): void
  forget(name: string): void
  find(name: string): Kept<T> | undefined
}

/** So many at most; beyond that the one goes that was used the longest ago. */
export const createKeptAnswers = <T>(maximum: number): KeptAnswers<T> => {
  // A Map keeps the order of insertion: the first one was used the longest ago.
  const entries = new Map<string, Kept<T>>()
  const keep = (name: string, entry: Kept<T>): void => {
    entries.delete(name)
    entries.set(name, entry)
    if (entries.size <= maximum) return
    for (const leastUsed of entries.keys()) {
      entries.delete(leastUsed)
      return
    }
  }
  return {
    keep,
    forget: (name) => void entries.delete(name),
    find: (name) => {
      const entry = entries.get(name)
      if (entry) keep(name, entry)
      return entry
    },
  }
}

/** Of a name so many in a minute, by this node. */
export interface Counter {
  readonly name: string
  readonly most: number
}

/** @returns whether one more request may be made; it is counted by all the counters if all of them have one left. */
export type Allowance = (counters: readonly Counter[], now: Date) => boolean

/** Counts within minutes. */
export const createAllowance = (): Allowance => {
  let since: Date | undefined
  const made = new Map<string, number>()
  return (counters, now) => {
    if (since === undefined || now < since || now >= addSeconds(since, 60)) {
      since = now
      made.clear()
    }
    const countOf = ({ name }: Counter): number => made.get(name) ?? 0
    if (counters.some((counter) => countOf(counter) >= counter.most)) return false
    for (const counter of counters) made.set(counter.name, countOf(counter) + 1)
    return true
  }
}

/** Requests that a node makes in a minute for clients that nobody vouches for: to all hosts, and to one. */
export interface AskingLimits {
  readonly aMinute: number
  readonly ofOneHost: number
}

/** A port is not another host. What other name of it is, nobody knows: that is what the limit of all is for. */
export const strangersCounters = (url: string, { aMinute, ofOneHost }: AskingLimits): readonly Counter[] => [
  { name: 'all', most: aMinute },
  { name: `host ${new URL(url).hostname}`, most: ofOneHost },
]
