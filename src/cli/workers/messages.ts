import type { MetricsSnapshot } from '../../observability/metrics-of-workers.ts'

/*
 * What the primary and its workers tell each other.
 */

/** What a worker can be asked, and what it answers. */
export interface Answers {
  /** What each check of /readyz says. */
  readonly readiness: Readonly<Record<string, 'ok' | 'failed'>>
  readonly metrics: MetricsSnapshot
}

export type Question = keyof Answers

export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  /** `signal`: why, as if the worker had got it itself. */
  | { readonly kind: 'stop'; readonly signal: string }

export type ToPrimary =
  /** It listens. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answers[Question] | undefined }
  /** It is about to end, and has counted this. */
  | { readonly kind: 'farewell'; readonly metrics: MetricsSnapshot }
