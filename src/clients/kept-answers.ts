import { addSeconds } from '../system/clock.ts'

/* What other servers answered, and how often they are asked: the bounds that everything fetched for strangers shares. */

export interface Kept<T> {
  readonly value: T
  readonly askedAt: Date
  readonly until: Date
}

/** A clock that was set back must not make an entry live on. */
export const isCurrent = ({ askedAt, until }: Kept<unknown>, now: Date): boolean =>
  askedAt <= now && now < until

export interface KeptAnswers<Name extends string, T> {
  keep(name: Name, entry: Kept<T>): void
  forget(name: Name): void
  find(name: Name): Kept<T> | undefined
}

/** So many at most; beyond that the one goes that was used the longest ago. */
export const createKeptAnswers = <Name extends string, T>(maximum: number): KeptAnswers<Name, T> => {
  // A Map keeps the order of insertion: the first one was used the longest ago.
  const entries = new Map<Name, Kept<T>>()
  const keep = (name: Name, entry: Kept<T>): void => {
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

export interface AskingLimits {
  /** Requests that a node makes in a minute, to all hosts and to one. */
  readonly aMinute: number
  readonly ofOneHost: number
}

/** Counts within minutes. @returns whether one more request may be made. */
export const createAllowance = ({ aMinute, ofOneHost }: AskingLimits) => {
  let since: Date | undefined
  let made = 0
  const ofHosts = new Map<string, number>()
  return (url: string, now: Date): boolean => {
    if (since === undefined || now < since || now >= addSeconds(since, 60)) {
      since = now
      made = 0
      ofHosts.clear()
    }
    const { host } = new URL(url)
    const ofHost = ofHosts.get(host) ?? 0
    if (made >= aMinute || ofHost >= ofOneHost) return false
    made++
    ofHosts.set(host, ofHost + 1)
    return true
  }
}
