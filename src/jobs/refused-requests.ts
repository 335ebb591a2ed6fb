import type { RefusedRequest } from '../observability/refused-request.ts'
import { newIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { NotedRefusal } from '../storage/stores/refused-requests.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'

/*
 * What applications are refused, gathered in memory and written in batches: a refusal costs no statement, however many
 * there are. What is refused in the same way is one entry, with how often. Anybody can name an application and be refused,
 * so everything about it is bounded.
 */

export interface RefusedRequests {
  refused(request: RefusedRequest): void
  /** Writes down what was noted. @throws what the database throws; it is kept for the next time. */
  flush(): Promise<void>
}

/** That are noted at once. Of others the one that was refused longest ago is forgotten. */
const APPLICATIONS = 100

/** Of one application, at once; the next flush makes room. */
const KINDS = 20

/** What is kept of one application. */
const KEPT = 100

const MAXIMUM_TEXT = 500
const MAXIMUM_FACTS = 20
const MAXIMUM_VALUES = 10

export const createRefusedRequests = ({
  stores,
  random,
}: {
  readonly stores: { readonly refusedRequests: Pick<Stores['refusedRequests'], 'note'> }
  readonly random: Random
}): RefusedRequests => {
  /** By application and kind, each in order of the last refusal. */
  let noted = new Map<string, Map<string, NotedRefusal>>()
  let flushing: Promise<void> = Promise.resolve()

  const put = (refusal: NotedRefusal): void => {
    const kinds = noted.get(refusal.clientId) ?? new Map<string, NotedRefusal>()
    const same = kinds.get(refusal.kindHash)
    kinds.delete(refusal.kindHash)
    kinds.set(refusal.kindHash, same ? together(same, refusal) : refusal)
    forgetOldest(kinds, KINDS)
    noted.delete(refusal.clientId)
    noted.set(refusal.clientId, kinds)
    forgetOldest(noted, APPLICATIONS)
  }

  const writeNoted = async (): Promise<void> => {
    if (noted.size === 0) return
    const batch = [...noted.values()].flatMap((kinds) => [...kinds.values()])
    noted = new Map()
    try {
      await stores.refusedRequests.note(batch, KEPT)
    } catch (error) {
      for (const refusal of batch) put(refusal)
      throw error
    }
  }

  return {
    refused: ({ requestId, clientId, refusedAt, endpoint, status, error, reason, facts }) => {
      const shown = {
        endpoint,
        status,
        error: textOf(error),
        reason: reason === undefined ? null : textOf(reason),
        facts: factsOf(facts),
      }
      put({
        ...{ ...shown, clientId, requestId },
        id: newIdentifier('refusedRequest', refusedAt, random),
        kindHash: sha256(JSON.stringify(shown)),
        times: 1,
        firstRefusedAt: refusedAt,
        lastRefusedAt: refusedAt,
      })
    },
    flush: () => {
      const next = flushing.then(writeNoted)
      flushing = next.catch(() => {})
      return next
    },
  }
}

/** Two of the same kind, in either order. */
const together = (one: NotedRefusal, other: NotedRefusal): NotedRefusal => {
  const [former, latter] = one.id < other.id ? [one, other] : [other, one]
  return { ...latter, times: one.times + other.times, firstRefusedAt: former.firstRefusedAt }
}

const forgetOldest = (entries: Map<string, unknown>, maximum: number): void => {
  const [oldest] = entries.keys()
  if (entries.size > maximum && oldest !== undefined) entries.delete(oldest)
}

/** What a database takes, and a page can show. */
const textOf = (text: string): string =>
  text
    .slice(0, MAXIMUM_TEXT)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\uFFFD')

const factsOf = (facts: RefusedRequest['facts']): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(facts)
      .slice(0, MAXIMUM_FACTS)
      .map(([label, values]) => [textOf(label), values.slice(0, MAXIMUM_VALUES).map(textOf)]),
  )
