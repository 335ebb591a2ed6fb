import type { FastifyInstance } from 'fastify'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { notesOf } from '../observability/request-line.ts'

export interface ObservedRequests {
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'answered'>
}

/** What is kept of every request: one line in the log, and what is counted of it. */
export const observeRequests = (app: FastifyInstance, { logger, metrics }: ObservedRequests): void => {
  app.addHook('onResponse', async (request, reply) => {
    const notes = notesOf(request)
    // The route, never what was sent: a query holds codes, and people paste tokens into paths.
    const route = request.routeOptions.url
    const { method } = request
    const { statusCode: status, elapsedTime } = reply
    logger.info(
      {
        requestId: request.id,
        method,
        path: route ?? '(unknown)',
        status,
        milliseconds: Math.round(elapsedTime * 10) / 10,
        address: request.ip,
        ...notes,
      },
      'request',
    )
    metrics.answered({ method, route, status, seconds: elapsedTime / 1000, notes })
  })
}
