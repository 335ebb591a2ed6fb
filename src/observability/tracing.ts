import {
  type Attributes,
  context,
  DiagLogLevel,
  diag,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { soonOr } from '../system/timer.ts'
import type { RequestNotes } from './request-line.ts'
import { describeStatement } from './statement-name.ts'

/*
 * Traces by OpenTelemetry, for those who have set its variables; nothing of this is loaded for others. Where spans go, and
 * how many of them, the SDK reads from those variables itself: they are the standard's, and its to know.
 *
 * A span holds routes, words of ours, and names of tables and hosts: no path, query, header, parameter, value or message of
 * an error, any of which may hold a token.
 */

export interface TracedRequest {
  readonly requestId: string
  readonly method: string
  readonly route: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface RequestSpan {
  readonly traceId: string
  /** What is done now, and whatever follows from it, belongs to the request. */
  run(work: () => void): void
  end(answer: { readonly status: number; readonly notes: RequestNotes }): void
}

export interface Tracing {
  request(request: TracedRequest): RequestSpan
  /** One that has just ended, of whatever is under way. */
  statement(statement: {
    readonly sql: string
    readonly milliseconds: number
    readonly error?: unknown
  }): void
  /** @param attributesOf what came of it. */
  inSpan<T>(
    span: { readonly name: string; readonly isOutbound?: boolean; readonly attributes?: Attributes },
    work: () => Promise<T>,
    attributesOf?: (result: T) => Attributes,
  ): Promise<T>
  /** Sends what there is, if that goes quickly. */
  stop(): Promise<void>
}

/** A collector that is away must not hold up the end of a node. */
const PATIENCE_MILLISECONDS = 3_000

/**
 * @param serviceName of spans; undefined if the environment says it.
 * @param onProblem hears why spans are lost.
 */
export const startTracing = (
  serviceName: string | undefined,
  onProblem: (problem: string) => void,
): Tracing => {
  const sdk = new NodeSDK({
    ...(serviceName !== undefined && { serviceName }),
    // Metrics and the log go their own ways.
    metricReaders: [],
    logRecordProcessors: [],
  })
  const ignore = (): void => {}
  const logger = { error: onProblem, warn: onProblem, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  sdk.start()
  const tracer = trace.getTracer('latchkey')

  return {
    request: ({ requestId, method, route, headers }) => {
      // W3C Trace Context §2.2: whoever called us may have begun the trace.
      const caller = propagation.extract(ROOT_CONTEXT, headers)
      const span = tracer.startSpan(
        route === undefined ? method : `${method} ${route}`,
        {
          kind: SpanKind.SERVER,
          attributes: {
            'http.request.method': method,
            ...(route !== undefined && { 'http.route': route }),
            'latchkey.request_id': requestId,
          },
        },
        caller,
      )
      const within = trace.setSpan(caller, span)
      return {
        traceId: span.spanContext().traceId,
        run: (work) => context.with(within, work),
        end: ({ status, notes: { outcome, check, grantType, clientId } }) => {
          span.setAttributes({
            'http.response.status_code': status,
            ...(outcome !== undefined && { 'latchkey.outcome': outcome }),
            ...(check !== undefined && { 'latchkey.check': check }),
            ...(grantType !== undefined && { 'latchkey.grant_type': grantType }),
            ...(clientId !== undefined && { 'latchkey.client_id': clientId }),
          })
          // A refusal is the client's error, not this server's.
          if (status >= 500) fail(span, String(status))
          span.end()
        },
      }
    },

    statement: ({ sql, milliseconds, error }) => {
      // What belongs to nothing, such as reads at the start, would be a trace each.
      if (trace.getActiveSpan() === undefined) return
      const { operation, table } = describeStatement(sql)
      const end = performance.timeOrigin + performance.now()
      const span = tracer.startSpan(table === undefined ? operation : `${operation} ${table}`, {
        kind: SpanKind.CLIENT,
        startTime: end - milliseconds,
        attributes: {
          'db.system.name': 'postgresql',
          'db.operation.name': operation,
          ...(table !== undefined && { 'db.collection.name': table }),
        },
      })
      if (error !== undefined) fail(span, kindOf(error))
      span.end(end)
    },

    inSpan: ({ name, isOutbound = false, attributes = {} }, work, attributesOf) =>
      tracer.startActiveSpan(
        name,
        { kind: isOutbound ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes },
        async (span) => {
          try {
            const result = await work()
            if (attributesOf) span.setAttributes(attributesOf(result))
            return result
          } catch (error) {
            fail(span, kindOf(error))
            throw error
          } finally {
            span.end()
          }
        },
      ),

    stop: async () => {
      await soonOr(
        PATIENCE_MILLISECONDS,
        sdk.shutdown().catch((error: unknown) => onProblem(String(error))),
        undefined,
      )
      for (const api of [trace, context, propagation, diag]) api.disable()
    },
  }
}

/** `error.type` of the conventions: a word, never a message. */
const fail = (span: Span, kind: string): void => {
  span.setAttribute('error.type', kind)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

/** The code of the system, the database or one of our own classes; its name otherwise. */
const kindOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.name
}
