import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { ConfigError } from '../config/config.ts'
import type { MetricsConfig } from '../config/observability-settings.ts'
import { type HealthEndpoint, healthEndpoint } from '../endpoints/health.ts'
import { type MetricsEndpoint, metricsEndpoint } from '../endpoints/metrics.ts'
import type { Logger } from '../observability/logger.ts'
import { failureCode } from '../system/failure-code.ts'

/** What is told at the listener, and how its own lines are written. */
export interface MetricsListening extends HealthEndpoint, MetricsEndpoint {
  readonly logger: Logger
  readonly newRequestId: () => string
}

/**
 * The listener for whoever watches the server: metrics, and health as at the main one.
 *
 * @throws ConfigError
 */
export const listenForMetrics = async (
  place: MetricsConfig,
  { logger, newRequestId, ...told }: MetricsListening,
): Promise<FastifyInstance> => {
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: 'Not found.' }))
  await app.register(healthEndpoint(told))
  await app.register(metricsEndpoint(told))
  try {
    await app.listen(place)
  } catch (error) {
    await app.close()
    throw new ConfigError(
      `Cannot listen for metrics (${failureCode(error)}); LATCHKEY_METRICS_PORT must be a port that is free, and LATCHKEY_METRICS_HOST a name or address of this machine.`,
      { cause: error },
    )
  }
  return app
}
