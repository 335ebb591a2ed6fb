import type { CacheUse } from '../observability/gauges.ts'
import type { Settings } from '../protocol/settings.ts'
import type { Stores } from '../storage/index.ts'
import type { EnvironmentSnapshot } from '../storage/stores/environment.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import { unansweredAfter } from '../system/failure-code.ts'
import { within } from '../system/timer.ts'
import { effectiveSettings, parseStoredSettings } from './settings.ts'

/** What requests need to know of the environment. */
export interface Environment extends Omit<EnvironmentSnapshot, 'settings' | 'corsOrigins'> {
  readonly settings: Settings
  readonly corsOrigins: ReadonlySet<string>
}

/**
 * The environment as one node knows it: read at most once in `cacheSeconds`, however many ask. What changed is announced
 * by the database (`invalidate`); that an announcement may be lost is why the time is short.
 *
 * While the database does not answer a node goes on with what it knows, for whatever grants something asks the database
 * itself, and metadata is to be had as long as the key set is.
 */
export interface EnvironmentRegistry {
  current(): Promise<Environment>
  /**
   * Those of the environment. One that was removed must not stay good for as long as the database cannot be read.
   *
   * @throws what the database was read with, if what is known is older than `STALE_SECONDS`.
   */
  redirectUris(): Promise<readonly string[]>
  /** As of the last time somebody asked: for those who cannot wait. */
  latest(): Environment
  invalidate(): void
  use(): CacheUse
}

/** How long redirection URIs hold that cannot be read anew; as long as signing keys do (signing-keys/rotation.ts). */
const STALE_SECONDS = 300

interface Reading {
  readonly environment: Environment
  /** When it was asked for. */
  readonly at: Date
  /** The environment is that of an earlier reading, since when this is why there is none. */
  readonly failure?: { readonly error: unknown; readonly knownAt: Date }
}

/**
 * Reads once before it resolves: a node that cannot read its settings does not begin to serve. Never to be asked inside a
 * transaction, which on the embedded store has the one connection there is.
 */
export const createEnvironmentRegistry = async ({
  stores,
  configured,
  clock,
  cacheSeconds,
  onError,
  patienceMilliseconds = 1_000,
}: {
  readonly stores: Pick<Stores, 'environment'>
  /** What holds where nothing is set. */
  readonly configured: Settings
  readonly clock: Clock
  readonly cacheSeconds: number
  /** Hears of a read that failed while the registry went on with what it had. */
  readonly onError: (error: unknown) => void
  /** How long a request waits for the database. */
  readonly patienceMilliseconds?: number
}): Promise<EnvironmentRegistry> => {
  let toldProblem: string | undefined
  const read = async (): Promise<Environment> => {
    const { settings, ...rest } = await stores.environment.snapshot()
    const { stored, problem } = parseStoredSettings(settings)
    if (problem !== undefined && problem !== toldProblem) onError(new Error(problem))
    toldProblem = problem
    return {
      ...rest,
      settings: effectiveSettings(stored, configured),
      corsOrigins: new Set(rest.corsOrigins),
    }
  }

  let last: Reading = { at: clock.now(), environment: await read() }
  /** In the order in which they began: of two under way at once, the later one is to be believed. */
  let readings = 0
  let lastNumber = 0
  let hits = 0
  let misses = 0
  let isDoubted = false
  let reading: Promise<Reading> | undefined

  const isFresh = (now: Date): boolean =>
    // A reading from the future is one of a clock that was set back: of unknown age.
    !isDoubted && last.at <= now && now < addSeconds(last.at, cacheSeconds)

  const refresh = (now: Date): Promise<Reading> => {
    readings += 1
    const number = readings
    const refreshing = within(patienceMilliseconds, read(), unansweredAfter(patienceMilliseconds))
      .then(
        (environment): Reading => ({ environment, at: now }),
        (error: unknown): Reading => {
          onError(error)
          const knownAt = last.failure?.knownAt ?? last.at
          return { environment: last.environment, at: now, failure: { error, knownAt } }
        },
      )
      .then((read) => {
        // Also if it was struck off: it is later than what is known, and who waited for it goes on to ask for the latest.
        if (number > lastNumber) {
          last = read
          lastNumber = number
        }
        // An invalidation meanwhile has struck this reading off: it may be from before the change, and stays doubted.
        if (reading === refreshing) {
          reading = undefined
          // Not before: who comes while it is read must not be given what was before the change.
          isDoubted = false
        }
        return read
      })
    reading = refreshing
    return refreshing
  }

  const currentAt = async (now: Date): Promise<Reading> => {
    if (isFresh(now)) {
      hits += 1
      return last
    }
    misses += 1
    return reading ?? refresh(now)
  }

  return {
    current: async () => (await currentAt(clock.now())).environment,
    redirectUris: async () => {
      const now = clock.now()
      const { environment, failure } = await currentAt(now)
      if (failure && now >= addSeconds(failure.knownAt, STALE_SECONDS)) throw failure.error
      return environment.redirectUris
    },
    latest: () => last.environment,
    invalidate: () => {
      isDoubted = true
      reading = undefined
    },
    use: () => ({ hits, misses, size: 1 }),
  }
}
