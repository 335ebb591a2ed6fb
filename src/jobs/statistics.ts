import { boundedLabel } from '../observability/bounded-label.ts'
import type { AnsweredRequest } from '../observability/metrics.ts'
import { paths } from '../protocol/paths.ts'
import { bucketOf, resolutions, type StatisticKind, statisticResolutions } from '../protocol/statistic.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'

/*
 * How often what happened, for the pages of operators: counted in memory and added up in the database, so that a request
 * costs no statement. What Prometheus is told of one node (observability/metrics.ts) this tells of all of them, for longer.
 */

export interface Statistics {
  answered(request: Pick<AnsweredRequest, 'route' | 'status' | 'notes'>, now: Date): void
  /** Writes down what was counted. @throws what the database throws; it is kept for the next time. */
  flush(): Promise<void>
}

/** Far more than there are; beyond that somebody has put into a word what was sent. */
const MOST_WORDS = 300

/** Methods of a sign-in may come from elsewhere. */
const MAXIMUM_LENGTH = 100

/** Counted at once; with the database away for longer the oldest are forgotten. */
const MOST_COUNTS = 20_000

export const createStatistics = ({
  stores,
}: {
  readonly stores: { readonly statistics: Pick<Stores['statistics'], 'add'> }
}): Statistics => {
  const word = boundedLabel(MOST_WORDS)
  let counted = new Map<string, Counted>()
  let flushing: Promise<void> = Promise.resolve()

  const add = (kind: StatisticKind, name: string, minute: Date, count = 1): void => {
    const key = `${minute.getTime()}:${kind}:${name}`
    const known = counted.get(key)
    counted.set(key, { kind, name, minute, count: (known?.count ?? 0) + count })
    if (counted.size <= MOST_COUNTS) return
    for (const oldest of counted.keys()) {
      counted.delete(oldest)
      return
    }
  }

  const write = async (): Promise<void> => {
    if (counted.size === 0) return
    const batch = [...counted.values()]
    counted = new Map()
    try {
      await stores.statistics.add(summed(batch))
    } catch (error) {
      for (const { kind, name, minute, count } of batch) add(kind, name, minute, count)
      throw error
    }
  }

  return {
    answered: (request, now) => {
      for (const [kind, name] of kindsOf(request))
        add(kind, word(name.slice(0, MAXIMUM_LENGTH)), bucketOf(now, 'minute'))
    },
    flush: () => {
      const next = flushing.then(write)
      flushing = next.catch(() => {})
      return next
    },
  }
}

interface Counted {
  readonly kind: StatisticKind
  readonly name: string
  readonly minute: Date
  readonly count: number
}

/** Of minutes, hours and days: each is read by itself. */
const summed = (batch: readonly Counted[]) => {
  const sums = new Map<string, Parameters<Stores['statistics']['add']>[0][number]>()
  for (const { kind, name, minute, count } of batch) {
    for (const resolution of statisticResolutions) {
      const bucketAt = bucketOf(minute, resolution)
      const key = `${resolution}:${bucketAt.getTime()}:${kind}:${name}`
      sums.set(key, {
        ...{ resolution, bucketAt, kind, name },
        count: (sums.get(key)?.count ?? 0) + count,
        expiresAt: addSeconds(bucketAt, resolutions[resolution].keptSeconds),
      })
    }
  }
  return [...sums.values()]
}

/** As metrics tell refusals from what was granted. */
const kindsOf = ({
  route = '',
  status,
  notes,
}: Pick<AnsweredRequest, 'route' | 'status' | 'notes'>): [StatisticKind, string][] => {
  const { outcome, reason, check, grantType, methods } = notes
  if (status >= 400 || (reason !== undefined && outcome !== undefined)) {
    const error = outcome ?? String(status)
    // Whoever is not signed in yet is sent to sign in: that is no refusal.
    if (status < 400 && !route.startsWith('/oauth2/')) return []
    const refusal: [StatisticKind, string] = ['refusal', check === undefined ? error : `${error}: ${check}`]
    return route.startsWith(paths.signIn) ? [['sign_in_refused', error], refusal] : [refusal]
  }
  if (outcome === 'signed_in') return [['sign_in', methods ?? 'unknown']]
  return outcome !== undefined && grantType !== undefined ? [['tokens', grantType]] : []
}
