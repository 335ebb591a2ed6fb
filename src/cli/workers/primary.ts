import type { FastifyInstance } from 'fastify'
import type { Config } from '../../config/config.ts'
import type { HealthEndpoint } from '../../endpoints/health.ts'
import type { Logger } from '../../observability/logger.ts'
import { newUlid } from '../../protocol/identifiers.ts'
import { systemClock } from '../../system/clock.ts'
import { systemRandom } from '../../system/random.ts'
import { listenForMetrics } from '../metrics-listener.ts'
import { type Crew, createCrew, WorkerFailed } from './crew.ts'

/*
 * `latchkey serve` with several workers: a primary that answers no request itself. It shares out connections, replaces
 * workers that end, tells of all of them as of one node, and on SIGHUP puts new ones in the place of the old without
 * dropping a request.
 */

/** @returns the exit code. */
export const serveWithWorkers = async (
  config: Config,
  { logger, stopped }: { readonly logger: Logger; readonly stopped: Promise<string> },
): Promise<number> => {
  const crew = createCrew(config.workers, logger)
  let isStopping = false
  let forMetrics: FastifyInstance | undefined
  void stopped.then(() => {
    isStopping = true
    // Whoever says it again does not want to wait; nobody is left behind.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        crew.kill()
        process.kill(process.pid, signal)
      })
    }
  })
  const started = crew.start()
  if (!process.stdin.isTTY) {
    process.on('SIGHUP', () => {
      logger.info('new workers are to take over')
      // Those that are there already may have read what is no longer so.
      started.then(crew.replaceAll, () => {})
    })
  }
  try {
    await Promise.race([started, stopped])
    if (config.metrics && !isStopping) {
      forMetrics = await listenForMetrics(config.metrics, {
        logger,
        newRequestId: () => newUlid(systemClock.now(), systemRandom),
        readiness: readinessOf(crew),
        isStopping: () => isStopping,
        scrape: () => scrapeAll(crew),
      })
    }
  } catch (error) {
    await crew.stop('SIGINT')
    // It has said what is wrong.
    if (error instanceof WorkerFailed) return error.code
    throw error
  }
  if (!isStopping) {
    logger.info({ issuer: config.issuer, port: config.port, workers: config.workers }, 'serving')
  }
  const signal = await stopped
  logger.info({ signal }, 'stopping')
  await crew.stop(signal)
  await forMetrics?.close()
  logger.info('stopped')
  return 0
}

const scrapeAll = async (crew: Crew) => {
  const { metricsContentType, renderTogether } = await import('../../observability/metrics-of-workers.ts')
  return { contentType: metricsContentType, text: await renderTogether(await crew.metrics()) }
}

/** A check is passed if every worker says so. */
const readinessOf = (crew: Crew): HealthEndpoint['readiness'] => {
  // However many checks there are, each worker is asked once.
  let asking: ReturnType<typeof ask> | undefined
  const ask = () =>
    crew.readiness().finally(() => {
      asking = undefined
    })
  const requireOfAll = async (check: 'database' | 'migrations' | 'keys') => {
    asking ??= ask()
    const said = await asking
    if (said.length === 0 || said.some((each) => each?.[check] !== 'ok')) {
      throw new Error('Not every worker says that it is so; their own lines say why.')
    }
  }
  return {
    database: () => requireOfAll('database'),
    migrations: () => requireOfAll('migrations'),
    keys: () => requireOfAll('keys'),
  }
}
