import { HttpConnection } from './http-connection.ts'
import type { Operation, VirtualUser } from './operations.ts'
import type { Target } from './servers/target.ts'

export interface LoadResult {
  readonly count: number
  readonly elapsedMs: number
  /** Milliseconds of every operation, ascending. */
  readonly latencies: Float64Array
}

/** Everything of one server that a round needs, opened anew each time: idle connections would be closed. */
export const openUsers = (
  target: Target,
  cookies: readonly string[],
  concurrency: number,
): Promise<VirtualUser[]> =>
  Promise.all(
    Array.from({ length: concurrency }, async (_unused, index) => ({
      target,
      connection: await HttpConnection.open(target.port),
      cookie: cookies[index] ?? '',
    })),
  )

/**
 * Closed loop: every user starts its next operation when its last one has ended, until the time is up. What
 * has begun is finished and counted, and the clock runs until the last one is done.
 */
export const runLoad = async (
  operation: Operation,
  users: readonly VirtualUser[],
  seconds: number,
  onStart: () => Promise<void> = async () => {},
): Promise<LoadResult> => {
  const steps = await Promise.all(users.map((user) => operation.prepare(user)))
  await onStart()
  const latencies: number[] = []
  const started = performance.now()
  const deadline = started + seconds * 1000
  await Promise.all(
    steps.map(async (step) => {
      for (let before = performance.now(); before < deadline; ) {
        await step()
        const after = performance.now()
        latencies.push(after - before)
        before = after
      }
    }),
  )
  const elapsedMs = performance.now() - started
  return { count: latencies.length, elapsedMs, latencies: Float64Array.from(latencies).sort() }
}

export const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}
