import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { ConfigError } from '../config/config.ts'
import type { Dependencies } from '../dependencies.ts'
import { healthEndpoint } from '../endpoints/health.ts'
import { metricsEndpoint } from '../endpoints/metrics.ts'
import { failureCode } from '../system/failure-code.ts'

/**
 * The listener for whoever watches the server, if there is one: metrics, and health as at the main one.
 *
 * @throws ConfigError
 */
export const listenForMetrics = async (dependencies: Dependencies): Promise<FastifyInstance | undefined> => {
  const { config, logger, scrape } = dependencies
  if (config.metrics === undefined || scrape === undefined) return undefined
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: dependencies.newRequestId,
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: 'Not found.' }))
  await app.register(healthEndpoint(dependencies))
  await app.register(metricsEndpoint({ scrape }))
  try {
    await app.listen(config.metrics)
  } catch (error) {
    await app.close()
    throw new ConfigError(
      `Cannot listen for metrics (${failureCode(error)}); LATCHKEY_METRICS_PORT must be a port that is free, and LATCHKEY_METRICS_HOST a name or address of this machine.`,
      { cause: error },
    )
  }
  return app
}
