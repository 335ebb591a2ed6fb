import type { ClientRegistry } from './clients/client-registry.ts'
import type { Config } from './config/config.ts'
import type { TracingConfig } from './config/observability-settings.ts'
import { checkReadiness, type HealthEndpoint } from './endpoints/health.ts'
import type { MetricsEndpoint } from './endpoints/metrics.ts'
import type { EnvironmentRegistry } from './environment/environment-registry.ts'
import { checkMigrated } from './foundation.ts'
import type { Job } from './jobs/schedule.ts'
import type { QueueLoad, Readings } from './observability/gauges.ts'
import type { Logger } from './observability/logger.ts'
import type { Metrics } from './observability/metrics.ts'
import type { MetricsSnapshot } from './observability/metrics-of-workers.ts'
import type { Tracing } from './observability/tracing.ts'
import type { KeyChanging } from './signing-keys/change-keys.ts'
import { type SigningKeyAge, signingKeyAges } from './signing-keys/key-ages.ts'
import type { KeyRing } from './signing-keys/key-ring.ts'
import type { Database } from './storage/database.ts'
import type { Stores } from './storage/index.ts'
import { requireWritable } from './storage/inspection.ts'
import { addSeconds, type Clock, stopwatch } from './system/clock.ts'
import {
  type OutboundAnswer,
  OutboundFailure,
  type OutboundFetch,
  type OutboundRequest,
} from './system/outbound-fetch.ts'
import type { PasswordHasher, PasswordHashing } from './system/password-hash.ts'
import { within } from './system/timer.ts'

/*
 * Whoever watches the server is told what its parts do; the parts do not know: what they do is counted, and traced, by what is
 * put around them here.
 */

export interface Observing {
  /** Undefined: nobody asks, so nothing is counted for them. */
  readonly metrics: Metrics | undefined
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined
  /** The same, and observed. */
  outboundFetch(send: OutboundFetch): OutboundFetch
  passwordHasher(hasher: PasswordHasher): PasswordHasher
  jobs(jobs: readonly Job[]): readonly Job[]
}

/** Problems of traces are told no more often than this: with each batch that is lost there is one. */
const PROBLEM_SECONDS = 60

export const createObserving = async (
  database: Pick<Database, 'observe'>,
  clock: Clock,
  { config, logger }: { readonly config: Pick<Config, 'metrics' | 'tracing'>; readonly logger: Logger },
): Promise<Observing> => {
  const metrics = config.metrics && (await loadMetrics())
  const tracing = config.tracing && (await loadTracing(config.tracing, clock, logger))
  const inSpan: Tracing['inSpan'] = (span, work, attributesOf) =>
    tracing ? tracing.inSpan(span, work, attributesOf) : work()

  database.observe((statement) => {
    metrics?.statement(statement.milliseconds / 1000, statement.error !== undefined)
    tracing?.statement(statement)
  })
  return {
    metrics,
    tracing,

    outboundFetch: (send) => async (request) => {
      const seconds = stopwatch()
      try {
        const answer = await inSpan(outboundSpan(request), () => send(request), statusAttributes)
        metrics?.outbound(seconds(), `${Math.floor(answer.status / 100)}xx`)
        return answer
      } catch (error) {
        metrics?.outbound(seconds(), error instanceof OutboundFailure ? error.code : 'failed')
        throw error
      }
    },

    passwordHasher: (hasher) => {
      if (!tracing) return hasher
      const traced = ({ hash, verify, pretend, needsRehash }: PasswordHashing): PasswordHashing => ({
        hash: (password) => inSpan({ name: 'hash password' }, () => hash(password)),
        verify: (hashed, ...forms) => inSpan({ name: 'verify password' }, () => verify(hashed, ...forms)),
        // By the same name: whether there is such a user is nobody's business.
        pretend: (password) => inSpan({ name: 'verify password' }, () => pretend(password)),
        needsRehash,
      })
      return { ...hasher, ...traced(hasher), admit: (work) => hasher.admit((place) => work(traced(place))) }
    },

    jobs: (jobs) => {
      metrics?.scheduled(jobs, clock.now())
      return jobs.map((job) => ({
        ...job,
        run: async (signal) => {
          const seconds = stopwatch()
          try {
            await inSpan({ name: `job ${job.name}` }, () => job.run(signal))
            metrics?.ran(job.name, seconds(), false, clock.now())
          } catch (error) {
            metrics?.ran(job.name, seconds(), true, clock.now())
            throw error
          }
        },
      }))
    },
  }
}

/** Loaded where there is a listener for them: it takes a tenth of a second. */
const loadMetrics = async (): Promise<Metrics> => {
  const { createMetrics } = await import('./observability/metrics.ts')
  return createMetrics()
}

/** Loaded for those who want it alone: it takes half a second. */
const loadTracing = async (
  { serviceName }: TracingConfig,
  clock: Clock,
  logger: Logger,
): Promise<Tracing> => {
  const { startTracing } = await import('./observability/tracing.ts')
  let toldAt: Date | undefined
  return startTracing(serviceName, (problem) => {
    const now = clock.now()
    if (toldAt !== undefined && toldAt <= now && now < addSeconds(toldAt, PROBLEM_SECONDS)) return
    toldAt = now
    logger.warn({ problem: problem.slice(0, 500) }, 'traces are lost')
  })
}

/** The host alone: a path or a query may be a secret of whoever is called. They hear nothing of our trace either. */
const outboundSpan = ({ method, url }: OutboundRequest) => ({
  name: method,
  isOutbound: true,
  attributes: { 'http.request.method': method, 'server.address': URL.parse(url)?.hostname ?? '' },
})

const statusAttributes = ({ status }: OutboundAnswer) => ({ 'http.response.status_code': status })

interface Watched {
  readonly metrics: Metrics | undefined
  readonly passwordHasher: Pick<PasswordHasher, 'load'>
  readonly database: Pick<Database, 'kysely' | 'poolLoad'>
  readonly clientRegistry: Pick<ClientRegistry, 'use'>
  readonly environment: Pick<EnvironmentRegistry, 'use'>
  readonly keyRing: Pick<KeyRing, 'use' | 'verificationKeys'>
  readonly keyChanging: Pick<KeyChanging, 'algorithms' | 'times'>
  readonly checkKeys: () => Promise<void>
  readonly stores: Pick<Stores, 'deliveryQueues' | 'environment'>
  readonly clock: Clock
  readonly isStopping: () => boolean
}

/** What a node tells of itself when it is asked. */
export const createTelling = (
  watched: Watched,
): HealthEndpoint & Pick<Watched, 'metrics'> & { readonly watched: WatchedNode | undefined } => {
  const { stores, database, checkKeys, isStopping, metrics } = watched
  const health = {
    readiness: {
      database: async () => {
        await stores.environment.clientId()
        await requireWritable(database.kysely)
      },
      migrations: () => checkMigrated(database),
      keys: checkKeys,
    },
    isStopping,
  }
  return { ...health, metrics, watched: metrics && createWatchedNode(metrics, watched, health) }
}

/** What is to be had of the metrics of a node. */
export interface WatchedNode extends MetricsEndpoint {
  /** To be put together with those of other processes. */
  snapshot(): Promise<MetricsSnapshot>
  /** What was counted, when nothing can be read any more. */
  counted(): Promise<MetricsSnapshot>
}

/** Whoever scrapes gives up after ten seconds by default; without the database the rest is told all the same. */
const PATIENCE_MILLISECONDS = 2_000

const createWatchedNode = (
  metrics: Metrics,
  watched: Watched,
  { readiness, isStopping }: HealthEndpoint,
): WatchedNode => {
  const { passwordHasher, database, clientRegistry, environment, keyRing } = watched

  const read = async (): Promise<Readings> => {
    const [checks, queues, signingKeys] = await Promise.all([
      checkReadiness(readiness, undefined, PATIENCE_MILLISECONDS),
      ifToldSoon(queueLoads(watched)),
      ifToldSoon(agesOfKeys(watched)),
    ])
    return {
      isReady: !isStopping() && Object.values(checks).every((result) => result === 'ok'),
      passwordHashing: passwordHasher.load(),
      pool: database.poolLoad(),
      caches: {
        applications: clientRegistry.use(),
        environment: environment.use(),
        signing_keys: keyRing.use(),
      },
      queues,
      signingKeys,
    }
  }

  // However many ask at once, the database is asked once.
  let reading: Promise<Readings> | undefined
  const readings = (): Promise<Readings> => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  return {
    scrape: async () => ({ contentType: metrics.contentType, text: await metrics.render(await readings()) }),
    snapshot: async () => metrics.snapshot(await readings()),
    counted: () => metrics.snapshot(undefined),
  }
}

const ifToldSoon = <T>(work: Promise<T>): Promise<T | undefined> =>
  within(PATIENCE_MILLISECONDS, work, () => new Error('It did not answer in time.')).catch(() => undefined)

const queueLoads = async ({ stores, clock }: Watched): Promise<QueueLoad[]> => {
  const states = await stores.deliveryQueues.states()
  const now = clock.now()
  return states.map(({ queue, waiting, oldestAt, dueAt }) => ({
    queue,
    waiting,
    oldestSeconds: secondsSince(oldestAt, now),
    overdueSeconds: secondsSince(dueAt, now),
  }))
}

const agesOfKeys = async ({ keyRing, keyChanging, clock }: Watched): Promise<SigningKeyAge[]> =>
  signingKeyAges(await keyRing.verificationKeys(), keyChanging, clock.now())

/** Nothing, and what is still to come, is no time at all. */
const secondsSince = (instant: Date | null, now: Date): number =>
  instant === null ? 0 : Math.max(0, (now.getTime() - instant.getTime()) / 1000)
