import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { paths } from '../protocol/paths.ts'
import { boundedLabel } from './bounded-label.ts'
import { createGauges, type Readings } from './gauges.ts'
import { type MetricsSnapshot, metricsContentType } from './metrics-of-workers.ts'
import type { RequestNotes } from './request-line.ts'

/*
 * What a node counts, and what it reads from itself when it is asked, in the text of Prometheus. No label holds what
 * somebody sent: routes are patterns, and the words of outcomes and checks are our own.
 */

export interface AnsweredRequest {
  readonly method: string
  /** Its pattern; undefined if there is none for the path. */
  readonly route: string | undefined
  readonly status: number
  readonly seconds: number
  readonly notes: RequestNotes
}

export interface Metrics {
  answered(request: AnsweredRequest): void
  statement(seconds: number, hasFailed: boolean): void
  outbound(seconds: number, result: string): void
  /** Jobs there are, so that one that never succeeds is seen as well. */
  scheduled(jobs: readonly { readonly name: string; readonly everySeconds: number }[], now: Date): void
  ran(job: string, seconds: number, hasFailed: boolean, now: Date): void
  /** Everything, as text, with these readings. */
  render(readings: Readings): Promise<string>
  /** The same, to be put together with what other processes tell; without readings, what was counted. */
  snapshot(readings: Readings | undefined): Promise<MetricsSnapshot>
  readonly contentType: string
}

/** Most answers take milliseconds, a password a tenth of a second; what takes ten is broken. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const STATEMENT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10]
const OUTBOUND_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const JOB_SECONDS = [0.01, 0.05, 0.25, 1, 5, 30, 120]

/** Far more than there are; beyond that somebody has put into a word what was sent. */
const MOST_WORDS = 300

/** Route of what has none. */
const UNKNOWN = '(unknown)'

/** Memory, event loop and the like among them: they are watched until the process ends. */
export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const requests = new Histogram({
    name: 'latchkey_http_request_duration_seconds',
    help: 'Requests answered, and how long that took.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const tokens = new Counter({
    name: 'latchkey_tokens_issued_total',
    help: 'Answers of the token endpoint that held tokens.',
    labelNames: ['grant_type'],
    registers,
  })
  const outcomes = new Counter({
    name: 'latchkey_outcomes_total',
    help: 'What came of requests that were not refused: signed_in, issued, active and so on.',
    labelNames: ['endpoint', 'outcome'],
    registers,
  })
  const refusals = new Counter({
    name: 'latchkey_refusals_total',
    help: 'Requests refused: error is the code of the answer, reason the check that failed where it is counted.',
    labelNames: ['endpoint', 'error', 'reason'],
    registers,
  })
  const statements = new Histogram({
    name: 'latchkey_database_statement_duration_seconds',
    help: 'Statements of the database.',
    labelNames: ['result'],
    buckets: STATEMENT_SECONDS,
    registers,
  })
  const fetches = new Histogram({
    name: 'latchkey_outbound_request_duration_seconds',
    help: 'Requests to other servers: webhooks, logouts, key sets, providers.',
    labelNames: ['result'],
    buckets: OUTBOUND_SECONDS,
    registers,
  })
  const runs = new Histogram({
    name: 'latchkey_job_duration_seconds',
    help: 'Runs of jobs.',
    labelNames: ['job', 'result'],
    buckets: JOB_SECONDS,
    registers,
  })
  const succeeded = new Gauge({
    name: 'latchkey_job_last_success_timestamp_seconds',
    help: 'When a job last succeeded; until then, when the node began.',
    labelNames: ['job'],
    aggregator: 'max',
    registers,
  })
  const intervals = new Gauge({
    name: 'latchkey_job_interval_seconds',
    help: 'How often a job runs.',
    labelNames: ['job'],
    aggregator: 'max',
    registers,
  })
  // A series that begins with 1 has not increased, and nobody would be told of the first one.
  refusals.inc({ endpoint: paths.token, error: 'invalid_grant', reason: 'replayed' }, 0)
  const gauges = createGauges(registers)
  const outcomeLabel = boundedLabel(MOST_WORDS)

  return {
    answered: ({ method, route = UNKNOWN, status, seconds, notes }) => {
      requests.observe({ method, route, status }, seconds)
      const { outcome, reason, check = '', grantType } = notes
      // A page that shows the form once more with what is wrong is a 422; one that sends an error back is a redirect.
      if (status >= 400 || (reason !== undefined && outcome !== undefined)) {
        const error = outcome === undefined ? String(status) : outcomeLabel(outcome)
        refusals.inc({ endpoint: route, error, reason: check })
      } else if (outcome !== undefined) {
        outcomes.inc({ endpoint: route, outcome: outcomeLabel(outcome) })
        if (grantType !== undefined) tokens.inc({ grant_type: grantType })
      }
    },
    statement: (seconds, hasFailed) => statements.observe({ result: resultOf(hasFailed) }, seconds),
    outbound: (seconds, result) => fetches.observe({ result }, seconds),
    scheduled: (jobs, now) => {
      for (const { name: job, everySeconds } of jobs) {
        intervals.set({ job }, everySeconds)
        succeeded.set({ job }, now.getTime() / 1000)
      }
    },
    ran: (job, seconds, hasFailed, now) => {
      runs.observe({ job, result: resultOf(hasFailed) }, seconds)
      if (!hasFailed) succeeded.set({ job }, now.getTime() / 1000)
    },
    render: (readings) => {
      gauges.set(readings)
      return registry.metrics()
    },
    snapshot: (readings) => {
      if (readings) gauges.set(readings)
      return registry.getMetricsAsJSON()
    },
    contentType: metricsContentType,
  }
}

const resultOf = (hasFailed: boolean): string => (hasFailed ? 'failed' : 'ok')
