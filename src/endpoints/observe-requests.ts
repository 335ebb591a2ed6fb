import type { FastifyInstance } from 'fastify'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { type RefusedRequest, refusedRequestOf } from '../observability/refused-request.ts'
import { notesOf, type RequestNotes } from '../observability/request-line.ts'
import type { RequestSpan, Tracing } from '../observability/tracing.ts'
import type { Clock } from '../system/clock.ts'

export interface ObservedRequests {
  readonly logger: Logger
  /** Undefined: nobody asks for them. */
  readonly metrics: Pick<Metrics, 'answered'> | undefined
  /** Undefined: nothing is traced. */
  readonly tracing: Pick<Tracing, 'request'> | undefined
  readonly clock: Clock
  readonly requestRefused: (request: RefusedRequest) => void
  readonly requestCounted: (
    request: { readonly route: string | undefined; readonly status: number; readonly notes: RequestNotes },
    now: Date,
  ) => void
}

/**
 * What is kept of every request: one line in the log, what is counted of it, and a span if it is traced; of those that are
 * refused, why, for a while.
 */
export const observeRequests = (
  app: FastifyInstance,
  { logger, metrics, tracing, clock, requestRefused, requestCounted }: ObservedRequests,
): void => {
  const spans = new WeakMap<object, RequestSpan>()
  if (tracing) {
    app.addHook('onRequest', (request, _reply, done) => {
      const { id: requestId, method, headers } = request
      const span = tracing.request({ requestId, method, route: request.routeOptions.url, headers })
      spans.set(request, span)
      span.run(done)
    })
    // The body arrives by the events of the connection, which know of no request.
    app.addHook('preValidation', (request, _reply, done) => {
      const span = spans.get(request)
      if (span) span.run(done)
      else done()
    })
  }
  app.addHook('onResponse', (request, reply, done) => {
    const notes = notesOf(request)
    // The route, never what was sent: a query holds codes, and people paste tokens into paths.
    const route = request.routeOptions.url
    const { method } = request
    const { statusCode: status, elapsedTime } = reply
    const span = spans.get(request)
    if (logger.isLevelEnabled('info')) {
      logger.info(
        {
          requestId: request.id,
          method,
          path: route ?? '(unknown)',
          status,
          milliseconds: Math.round(elapsedTime * 10) / 10,
          address: request.ip,
          ...(span && { traceId: span.traceId }),
          ...notes,
        },
        'request',
      )
    }
    const now = clock.now()
    const refused = refusedRequestOf({
      requestId: request.id,
      refusedAt: now,
      endpoint: route ?? '',
      status,
      notes,
    })
    if (refused) requestRefused(refused)
    requestCounted({ route, status, notes }, now)
    metrics?.answered({ method, route, status, seconds: elapsedTime / 1000, notes })
    span?.end({ status, notes })
    done()
  })
}
