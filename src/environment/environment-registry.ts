import type { Settings } from '../protocol/settings.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import { unansweredAfter } from '../system/failure-code.ts'
import { within } from '../system/timer.ts'
import { effectiveSettings, parseStoredSettings } from './settings.ts'

/** What requests need to know of the environment. */
export interface Environment {
  readonly settings: Settings
  /** Signs access tokens until the key of their algorithm is active; null if that is so. */
  readonly formerAlgorithm: SigningAlgorithm | null
  readonly corsOrigins: ReadonlySet<string>
  /** Of every first-party application; they may hold wildcards. */
  readonly redirectUris: readonly string[]
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
  /** As of the last time somebody asked: for those who cannot wait. */
  latest(): Environment
  invalidate(): void
}

interface Reading {
  readonly environment: Environment
  readonly at: Date
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
  const read = async (): Promise<Environment> => {
    const { settings, corsOrigins, redirectUris } = await stores.environment.snapshot()
    const stored = parseStoredSettings(settings)
    return {
      settings: effectiveSettings(stored, configured),
      formerAlgorithm: stored.access_token?.former_algorithm ?? null,
      corsOrigins: new Set(corsOrigins),
      redirectUris,
    }
  }

  let last: Reading = { at: clock.now(), environment: await read() }
  let isDoubted = false
  let reading: Promise<Environment> | undefined

  const isFresh = (now: Date): boolean =>
    // A reading from the future is one of a clock that was set back: of unknown age.
    !isDoubted && last.at <= now && now < addSeconds(last.at, cacheSeconds)

  const refresh = (now: Date): Promise<Environment> => {
    isDoubted = false
    const refreshing = within(patienceMilliseconds, read(), unansweredAfter(patienceMilliseconds))
      .catch((error: unknown) => {
        onError(error)
        return last.environment
      })
      .then((environment) => {
        // An invalidation meanwhile has struck this reading off: it may be from before the change.
        if (reading === refreshing) {
          last = { at: now, environment }
          reading = undefined
        }
        return environment
      })
    reading = refreshing
    return refreshing
  }

  return {
    current: async () => {
      const now = clock.now()
      return isFresh(now) ? last.environment : (reading ?? refresh(now))
    },
    latest: () => last.environment,
    invalidate: () => {
      isDoubted = true
      reading = undefined
    },
  }
}
